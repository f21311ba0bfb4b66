//! An HTTP server in a process of its own that sends prepared pages.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use crate::Size;

/// The server's process, which is killed when this value is dropped.
pub(crate) struct Server {
    process: Child,
    pub(crate) url: String,
}

impl Server {
    /// Starts the server. `delay` is the wait before each page is sent.
    pub(crate) fn start(size: &Size, delay: Duration) -> Server {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args(["--serve", &size.pages.to_string(), &size.jobs_per_page.to_string()])
            .arg(delay.as_millis().to_string())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut url = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut url).unwrap();
        Server { process, url: url.trim().to_owned() }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

/// Serves pages until the process is killed. A page's `continueFrom` is its number.
pub(crate) fn serve(pages: usize, jobs_per_page: usize, delay: Duration) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    println!("http://{}", listener.local_addr().unwrap());
    let bodies: Vec<Vec<u8>> = (1..=pages)
        .map(|page| {
            let jobs: Vec<String> = (0..jobs_per_page).map(|job| self::job(page * 1000 + job)).collect();
            let has_more = page < pages;
            format!(r#"{{"hasMore":{has_more},"continueFrom":"{page}","data":[{}]}}"#, jobs.join(","))
                .into_bytes()
        })
        .collect();
    let bodies = Arc::new(bodies);
    for stream in listener.incoming() {
        let bodies = bodies.clone();
        // A closed connection ends its thread only.
        std::thread::spawn(move || answer(&stream.unwrap(), &bodies, delay));
    }
}

fn answer(mut stream: &TcpStream, bodies: &[Vec<u8>], delay: Duration) -> Option<()> {
    stream.set_nodelay(true).ok()?;
    let mut reader = BufReader::new(stream);
    loop {
        let (mut first, mut length) = (String::new(), 0);
        reader.read_line(&mut first).ok().filter(|read| *read > 0)?;
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).ok()?;
            if let Some(("content-length", value)) = line.to_ascii_lowercase().split_once(':') {
                length = value.trim().parse().ok()?;
            }
            if line == "\r\n" {
                break;
            }
        }
        reader.read_exact(&mut vec![0; length]).ok()?;
        let token = br#"{"access_token":"opaque","expires_in":900,"token_type":"Bearer"}"#;
        let body = if first.contains("/connect/token") {
            &token[..]
        } else {
            std::thread::sleep(delay);
            let from = first.split("from=").nth(1).and_then(|rest| rest.split([' ', '&']).next());
            &bodies[from.map_or(0, |page| page.parse().unwrap())]
        };
        write!(
            stream,
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            body.len()
        )
        .ok()?;
        stream.write_all(body).ok()?;
    }
}

/// A realistic job, with one field that the client's model does not have.
pub(crate) fn job(number: usize) -> String {
    json!({
        "id": 70_000_000 + number, "jobNumber": number.to_string(), "projectId": null, "customerId": 50_000 + number,
        "locationId": 60_000 + number, "jobStatus": "Scheduled", "completedOn": "2026-07-21T09:10:11.5Z", "businessUnitId": 3,
        "jobTypeId": 9, "priority": "Normal", "campaignId": 12, "appointmentCount": 1, "firstAppointmentId": 80_000 + number,
        "lastAppointmentId": 80_000 + number, "recallForId": null, "warrantyId": null,
        "jobGeneratedLeadSource": { "jobId": 4711, "employeeId": null }, "noCharge": false, "notificationsEnabled": true,
        "createdOn": "2026-07-19T20:35:38.2876004Z", "createdById": 5, "modifiedOn": "2026-07-20T08:00:01.1234567Z",
        "tagTypeIds": [1, 2, 3], "leadCallId": null, "partnerLeadCallId": null, "bookingId": null, "soldById": 77, "customerPo": "",
        "invoiceId": 90_000 + number, "membershipId": null, "total": 129.5, "createdFromEstimateId": null, "estimateIds": [4],
        "active": true, "summary": "<p>Water heater leaks at the relief valve. The customer asks for a call before arrival.</p>",
        "customFields": [{ "typeId": 1, "name": "Gate code", "value": "1234" }], "externalData": [],
        "fieldOfTheFuture": { "score": 7, "label": "new" }
    })
    .to_string()
}
