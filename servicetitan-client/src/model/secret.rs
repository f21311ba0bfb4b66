//! Secrets that are written: passwords of new users.

use secrecy::{ExposeSecret as _, SecretString};
use serde::ser::Serializer;

use super::wire::WireWrite;

impl WireWrite for SecretString {
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.expose_secret())
    }
}

#[cfg(test)]
impl super::wire::WireValue for SecretString {
    fn read<'de, D: serde::de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <String as super::wire::WireValue>::read(deserializer).map(SecretString::from)
    }
}
