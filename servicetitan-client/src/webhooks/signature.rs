//! The forms in which a signature is sent.

use base64::Engine as _;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// The header in which most deliveries carry their signature.
pub const SIGNATURE_HEADER: &str = "x-servicetitan-signature";
/// The headers that are looked at unless the host names another one.
pub(super) const SIGNATURE_HEADERS: [&str; 2] = [SIGNATURE_HEADER, "servicetitan-signature"];

/// The name of the algorithm, which some senders put in front.
const PREFIX: &str = "sha256=";
/// The bytes of an HMAC-SHA256.
const LENGTH: usize = 32;

const LENIENT: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
/// Base64 in both of its alphabets, padded or not.
const BASE64: [GeneralPurpose; 2] =
    [GeneralPurpose::new(&STANDARD, LENIENT), GeneralPurpose::new(&URL_SAFE, LENIENT)];

/// A signature as bytes.
pub(super) struct Signature([u8; LENGTH]);

impl Signature {
    /// Reads hexadecimal digits or Base64. The two cannot be mistaken for each other: 64 digits are 48 bytes in Base64.
    pub(super) fn parse(text: &str) -> Option<Signature> {
        let text = text.trim();
        let prefixed = text.get(..PREFIX.len()).is_some_and(|start| start.eq_ignore_ascii_case(PREFIX));
        let text = if prefixed { &text[PREFIX.len()..] } else { text };
        let mut bytes = [0; LENGTH];
        if base16ct::mixed::decode(text, &mut bytes).is_ok_and(|decoded| decoded.len() == LENGTH) {
            return Some(Signature(bytes));
        }
        let decoded = BASE64.iter().find_map(|engine| engine.decode(text).ok())?;
        decoded.try_into().ok().map(Signature)
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }
}
