//! Secrets that are written: passwords of new users.

use secrecy::{ExposeSecret as _, SecretString};
use serde::ser::Serializer;

use super::value::WireWrite;

impl WireWrite for SecretString {
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.expose_secret())
    }
}

#[cfg(test)]
impl super::value::WireValue for SecretString {
    const EXPECTED: super::unread::Expected = super::unread::Expected::Text;
    fn read<'de, D: serde::de::Deserializer<'de>>(
        deserializer: D,
        _: super::kept::Slot<'_>,
        into: &mut Option<Self>,
    ) -> Result<(), D::Error> {
        *into = super::value::read_alone::<String, _>(deserializer)?.map(SecretString::from);
        Ok(())
    }
    fn sample() -> serde_json::Value {
        "secret".into()
    }
}
