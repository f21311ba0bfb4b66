//! Postal addresses of customers and locations.

use crate::model::model;

model! {
    /// A postal address.
    pub struct Address {
        /// The street.
        "street" => street: Option<String>,
        /// The unit within the building.
        "unit" => unit: Option<String>,
        /// The city.
        "city" => city: Option<String>,
        /// The state.
        "state" => state: Option<String>,
        /// The postal code.
        "zip" => zip: Option<String>,
        /// The country.
        "country" => country: Option<String>,
        /// The latitude, in degrees.
        "latitude" => latitude: Option<f64>,
        /// The longitude, in degrees.
        "longitude" => longitude: Option<f64>,
    }
}
