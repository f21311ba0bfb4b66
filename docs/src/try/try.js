// The page "Try the mapping". Input and answer go to and from the module byte by byte; nothing goes anywhere else.
"use strict";

(async () => {
  const root = document.getElementById("try-mapping");
  if (typeof MAPPING_MODULE === "undefined") {
    root.textContent = "The module is missing: .ci/book builds it into the book.";
    return;
  }
  const bytes = Uint8Array.from(atob(MAPPING_MODULE), (letter) => letter.charCodeAt(0));
  const { exports: module } = (await WebAssembly.instantiate(bytes, {})).instance;

  /// Maps a joined record. The answer has either an error or everything that the page shows.
  function map(input) {
    for (const byte of new TextEncoder().encode(JSON.stringify(input))) module.put(byte);
    const answer = new Uint8Array(module.map()).map((_, index) => module.get(index));
    return JSON.parse(new TextDecoder().decode(answer));
  }

  /// Makes an element. Texts are never taken for markup.
  function make(name, properties = {}, ...children) {
    const { label, ...rest } = properties;
    const element = Object.assign(document.createElement(name), rest);
    if (label) element.setAttribute("aria-label", label);
    element.append(...children);
    return element;
  }

  const choice = make("select", {}, ...Object.keys(SAMPLES).map((name) => make("option", { value: name }, name)));
  const text = make("textarea", { spellcheck: false });
  const objects = make("fieldset");
  const placeholders = make("input", { type: "text", value: "noemail@noemail.com, none", spellcheck: false });
  const answer = make("div", { className: "answer" });
  answer.setAttribute("aria-live", "polite");
  root.replaceChildren(
    make("label", {}, "Begin with", choice),
    make("label", {}, "Record", text),
    objects,
    make("label", {}, "Placeholder e-mails: addresses, domains, or patterns with *, with commas between", placeholders),
    answer,
  );

  let model;

  /// Shows the objects of a model to choose from.
  function offerObjects(of) {
    if (of === model) return;
    model = of;
    const { chosen, others } = OBJECTS[of] ?? { chosen: [], others: [] };
    const box = (name, checked) => make("label", {}, make("input", { type: "checkbox", value: name, checked, onchange: show }), ` ${name.replaceAll("_", " ")}`);
    objects.replaceChildren(make("legend", {}, `Objects of a ${of}`), ...chosen.map((name) => box(name, true)), ...others.map((name) => box(name, false)));
  }

  /// Returns the joined record that was pasted. A bare record gets what little can be told from it.
  function pasted() {
    const value = JSON.parse(text.value);
    if (value && typeof value === "object" && !("record" in value) && "id" in value) {
      const { customer, ...record } = value;
      return { model: "membershipTypeId" in record ? "membership" : "job", record, customer: customer ?? { id: record.customerId ?? 0 } };
    }
    return value;
  }

  function show() {
    let input;
    try {
      input = pasted();
    } catch (error) {
      answer.replaceChildren(make("p", { className: "fault" }, `This is not JSON: ${error.message}`));
      return;
    }
    offerObjects(input.model);
    const select = [...objects.querySelectorAll("input:checked")].map((box) => box.value);
    const placeholderEmails = placeholders.value.split(",").map((it) => it.trim()).filter(Boolean);
    const mapped = map({ ...input, select, placeholder_emails: placeholderEmails });
    answer.replaceChildren(...(mapped.error ? [make("p", { className: "fault" }, mapped.error)] : parts(mapped)));
  }

  function parts(mapped) {
    const origin = (field) => {
      const record = field.record ? `, from ${field.record} ${field.recordId}` : "";
      const cell = make("td", {}, `${field.reason}${record}`);
      if (field.path) cell.append(" ", make("code", {}, field.path));
      for (const contact of field.passedOver) cell.append(make("br"), `passed over: ${contact}`);
      return cell;
    };
    const rows = mapped.fields.map((field) => make("tr", {}, make("th", { scope: "row" }, field.name), make("td", {}, field.value ?? "no value"), origin(field)));
    const head = make("tr", {}, ...["Field in Hatch", "Value", "Where it comes from"].map((it) => make("th", { scope: "col" }, it)));
    const table = make("div", { className: "scroll", tabIndex: 0, role: "region", label: "Standard fields" }, make("table", {}, make("thead", {}, head), make("tbody", {}, ...rows)));
    const warnings = mapped.warnings.map((it) => make("li", {}, it));
    const hasNoKey = make("p", { className: "fault" }, "Nothing would be sent: there is neither a phone number nor an e-mail address by which Hatch could find the contact.");
    return [
      ...(mapped.hasContactKey ? [] : [hasNoKey]),
      make("h3", {}, "Standard fields"),
      table,
      ...(warnings.length ? [make("h3", {}, "Warnings"), make("ul", {}, ...warnings)] : []),
      make("h3", {}, `Details: ${mapped.details.length} values`),
      make("div", { className: "tree" }, ...branches(mapped.body.details, "")),
      make("details", {}, make("summary", {}, "The body that Hatch gets"), make("pre", { tabIndex: 0, label: "Body as JSON" }, JSON.stringify(mapped.body, null, 2))),
    ];
  }

  /// The details as a tree. A path counts the places in lists from 1.
  function branches(value, path) {
    return Object.entries(value).map(([key, child]) => {
      const name = Array.isArray(value) ? String(Number(key) + 1) : key;
      const below = path ? `${path}:${name}` : name;
      if (child === null || typeof child !== "object" || Object.keys(child).length === 0) {
        return make("p", {}, `${name}: `, make("strong", {}, typeof child === "string" ? child : JSON.stringify(child)), " ", make("code", { className: "path" }, below));
      }
      return make("details", { open: path === "" && !Array.isArray(child) }, make("summary", {}, name), ...branches(child, below));
    });
  }

  choice.onchange = () => {
    model = undefined;
    text.value = JSON.stringify(SAMPLES[choice.value], null, 2);
    show();
  };
  text.oninput = show;
  placeholders.oninput = show;
  choice.onchange();
})();
