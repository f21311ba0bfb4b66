//! Random records made from a schema, always the same for one seed.

use serde_json::{Map, Number, Value, json};

use super::schemas::{nullable, resolved};

/// The name of the field that no schema has.
const UNKNOWN_FIELD: &str = "fieldOfTheFuture";

/// Fields of invoices whose schema says "string" and which carry a decimal: nothing in the schema tells them from other texts.
const DECIMAL_TEXTS: [&str; 11] = [
    "balance",
    "cost",
    "discountTotal",
    "memberPrice",
    "price",
    "quantity",
    "salesTax",
    "subTotal",
    "taxRate",
    "total",
    "totalCost",
];

/// Makes values from a document's schemas.
pub(crate) struct Instances<'a> {
    document: &'a Value,
    state: u64,
    /// Nothing but what the schema says.
    strict: bool,
}

impl<'a> Instances<'a> {
    /// With all that real tenants send: nulls and gaps also where the schema says "required", values that an enum does not list, fields that
    /// the schema lacks.
    pub(crate) fn as_tenants_send(document: &'a Value, seed: u64) -> Self {
        Instances { document, state: seed, strict: false }
    }

    /// With nothing but what the schema says.
    pub(crate) fn by_the_schema(document: &'a Value, seed: u64) -> Self {
        Instances { document, state: seed, strict: true }
    }

    /// An answer's record: where the schema knows an ID, it has one.
    pub(crate) fn record(&mut self, schema: &Value) -> Value {
        let mut record = self.value(schema, 0);
        if let (Some(fields), true) =
            (record.as_object_mut(), schema["properties"]["id"]["type"] == "integer")
        {
            fields.insert("id".to_owned(), self.integer("int64"));
        }
        record
    }

    /// A value of the schema, such as a body.
    pub(crate) fn any(&mut self, schema: &Value) -> Value {
        self.value(schema, 0)
    }

    /// SplitMix64.
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    fn one_of<'b>(&mut self, choices: &'b [&'b str]) -> &'b str {
        choices[usize::try_from(self.below(choices.len() as u64)).unwrap()]
    }

    fn object(&mut self, schema: &Value, depth: u64) -> Value {
        let mut fields = Map::new();
        let required: Vec<&str> =
            schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            let may_lack = !self.strict || !required.contains(&name.as_str());
            let may_be_null = !self.strict || nullable(self.document, property);
            match self.below(8) {
                0 if may_lack => {}
                1 if may_be_null => {
                    fields.insert(name.clone(), Value::Null);
                }
                _ if property["type"] == "string" && DECIMAL_TEXTS.contains(&name.as_str()) => {
                    let decimal = if self.strict { json!("129.50") } else { self.decimal() };
                    fields.insert(name.clone(), decimal);
                }
                _ => {
                    fields.insert(name.clone(), self.value(property, depth + 1));
                }
            }
        }
        if schema["additionalProperties"].is_object() {
            for name in ["Color", "Größe"] {
                fields.insert(name.to_owned(), self.value(&schema["additionalProperties"], depth + 1));
            }
        } else if !self.strict && self.below(2) == 0 {
            let unknown = json!({"list": [1, null, {"deep": self.decimal()}], "id": u64::MAX});
            fields.insert(UNKNOWN_FIELD.to_owned(), unknown);
        }
        Value::Object(fields)
    }

    fn value(&mut self, schema: &Value, depth: u64) -> Value {
        let schema = resolved(self.document, schema);
        for combined in ["oneOf", "anyOf", "allOf"] {
            if let Some(first) = schema[combined].get(0) {
                return self.value(first, depth);
            }
        }
        if let Some(values) = schema["enum"].as_array() {
            let unknown = u64::from(!self.strict);
            let at = self.below(values.len() as u64 + unknown);
            let listed = values.get(usize::try_from(at).unwrap());
            return listed.cloned().unwrap_or_else(|| {
                if schema["type"] == "integer" { json!(1_000) } else { json!("ValueOfTheFuture") }
            });
        }
        match schema["type"].as_str() {
            // A schema that contains itself has to end somewhere.
            Some("array") if depth > 6 => json!([]),
            Some("array") => {
                let length = self.below(4);
                (0..length).map(|_| self.value(&schema["items"], depth + 1)).collect()
            }
            Some("integer") => self.integer(schema["format"].as_str().unwrap_or("int64")),
            Some("number") if schema["format"] == "double" => json!(self.coordinate()),
            Some("number") if self.strict => self.number(),
            Some("number") => self.decimal(),
            Some("boolean") => json!(self.below(2) == 0),
            Some("string") => self.text(schema["format"].as_str().unwrap_or_default()),
            _ => self.object(schema, depth),
        }
    }

    /// Ordinary numbers, none at all, and the largest ones.
    fn integer(&mut self, format: &str) -> Value {
        let largest = if format == "int32" { i64::from(i32::MAX) } else { i64::MAX };
        match self.below(4) {
            0 => json!(0),
            1 => json!(largest - i64::try_from(self.below(1_000)).unwrap()),
            _ => json!(self.below(2_000_000_000)),
        }
    }

    fn number(&mut self) -> Value {
        json!(f64::from(u32::try_from(self.below(1 << 30)).unwrap()) / 100.0)
    }

    /// Money and quantities, which come as numbers in some families and as strings in others.
    fn decimal(&mut self) -> Value {
        let (whole, cents) = (self.below(1_000_000), self.below(100));
        let sign = if self.below(4) == 0 { "-" } else { "" };
        match self.below(4) {
            0 => json!(whole),
            1 => Value::String(format!("{sign}{whole}.{cents:02}")),
            2 => Value::String("0.00".to_owned()),
            _ => {
                // Never a negative zero, which JSON distinguishes and money does not.
                let number: f64 = format!("{sign}{}.{cents:02}", whole + 1).parse().unwrap();
                Value::Number(Number::from_f64(number).unwrap())
            }
        }
    }

    /// A double with all its digits.
    fn coordinate(&mut self) -> f64 {
        let degrees = f64::from(u32::try_from(self.below(u64::from(u32::MAX))).unwrap());
        degrees / 1_234_567.891_234
    }

    fn text(&mut self, format: &str) -> Value {
        let text = match format {
            "date-time" => {
                // The server drops trailing zeros of the fraction.
                let fraction = match self.below(3) {
                    0 => String::new(),
                    _ => format!(".{:06}{}", self.below(1_000_000), 1 + self.below(9)),
                };
                match self.below(5) {
                    0 => "0001-01-01T00:00:00Z".to_owned(),
                    _ => format!("20{:02}-07-{:02}T20:35:38{fraction}Z", self.below(30), 1 + self.below(31)),
                }
            }
            "date" => format!("20{:02}-02-{:02}", self.below(30), 1 + self.below(28)),
            "guid" => format!("00000000-0000-4000-8000-{:012x}", self.below(1 << 48)),
            _ => self
                .one_of(&[
                    "",
                    " ",
                    "Müller, Ada",
                    "<p>a &amp; b</p>",
                    "line\nline",
                    "\u{1f600} \"quoted\"",
                    "12",
                ])
                .to_owned(),
        };
        Value::String(text)
    }
}
