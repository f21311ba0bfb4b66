// The web service with its simulator, and a browser.
"use strict";

const { spawn } = require("node:child_process");
const readline = require("node:readline");
const { chromium } = require("playwright-core");

/// Starts the program that OPERATORS_SERVICE names, and waits until it serves.
async function startService(options) {
  const program = process.env.OPERATORS_SERVICE;
  if (!program) throw new Error("OPERATORS_SERVICE names no program: build the example embed_axum, and set it to its path");
  const child = spawn(program, ["--port", "0", ...options], { stdio: ["ignore", "pipe", "inherit"], env: { RUST_LOG: "warn" } });
  const lines = readline.createInterface({ input: child.stdout });
  const line = await new Promise((resolve, reject) => {
    lines.once("line", resolve);
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`the service ended with ${code}`)));
  });
  const ready = JSON.parse(line);
  return {
    ...ready,
    /// Asks the simulator for something.
    simulated: async (path) => (await fetch(`${ready.simulator.servicetitan}/_sim/${path}`)).json(),
    stop: () =>
      new Promise((resolve) => {
        child.removeAllListeners("exit");
        child.once("exit", (code) => resolve(code));
        child.kill("SIGTERM");
      }),
  };
}

function startBrowser() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
}

module.exports = { startService, startBrowser };
