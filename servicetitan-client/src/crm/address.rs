//! Postal addresses of customers and locations.

use crate::declare::*;

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

request! {
    /// The postal address of a new customer or location.
    pub struct NewAddress {
        must {
            /// The street.
            "street" => street: String,
            /// The city.
            "city" => city: String,
            /// The state.
            "state" => state: String,
            /// The postal code.
            "zip" => zip: String,
            /// The country.
            "country" => country: String,
        }
        may {
            /// The unit within the building.
            "unit" => unit: String,
            /// The latitude, in degrees.
            "latitude" => latitude: f64,
            /// The longitude, in degrees.
            "longitude" => longitude: f64,
        }
    }
}

request! {
    /// The postal address of a customer from now on.
    pub struct CustomerAddressUpdate {
        named {
            /// The street.
            "street" => street: String,
            /// The unit within the building.
            "unit" => unit: String,
            /// The city.
            "city" => city: String,
            /// The state.
            "state" => state: String,
            /// The postal code.
            "zip" => zip: String,
            /// The country.
            "country" => country: String,
            /// The latitude, in degrees.
            "latitude" => latitude: f64,
            /// The longitude, in degrees.
            "longitude" => longitude: f64,
        }
    }
}

request! {
    /// The postal address of a location from now on.
    pub struct LocationAddressUpdate {
        must {
            /// The street.
            "street" => street: String,
            /// The unit within the building.
            "unit" => unit: String,
            /// The city.
            "city" => city: String,
            /// The state.
            "state" => state: String,
            /// The postal code.
            "zip" => zip: String,
            /// The country.
            "country" => country: String,
        }
        may_clear {
            /// The latitude, in degrees.
            "latitude" => latitude: f64,
            /// The longitude, in degrees.
            "longitude" => longitude: f64,
        }
    }
}
