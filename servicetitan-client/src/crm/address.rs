//! Postal addresses of customers and locations.

use crate::declare::*;

model! {
    /// Postal address of a customer or a location.
    pub struct Address {
        /// Street of the postal address.
        "street" => street: Option<String>,
        /// Unit within the building, such as an apartment or suite.
        "unit" => unit: Option<String>,
        /// City of the postal address.
        "city" => city: Option<String>,
        /// State or province of the postal address.
        "state" => state: Option<String>,
        /// Postal code of the address (ZIP code in the United States).
        "zip" => zip: Option<String>,
        /// Country of the postal address.
        "country" => country: Option<String>,
        /// Latitude of the address, in degrees.
        "latitude" => latitude: Option<f64>,
        /// Longitude of the address, in degrees.
        "longitude" => longitude: Option<f64>,
    }
}

request! {
    /// Postal address of a new customer, location or lead.
    pub struct NewAddress {
        must {
            /// Street of the postal address.
            "street" => street: String,
            /// City of the postal address.
            "city" => city: String,
            /// State or province of the postal address.
            "state" => state: String,
            /// Postal code of the address (ZIP code in the United States).
            "zip" => zip: String,
            /// Country of the postal address.
            "country" => country: String,
        }
        may {
            /// Unit within the building, such as an apartment or suite.
            "unit" => unit: String,
            /// Latitude of the address, in degrees.
            "latitude" => latitude: f64,
            /// Longitude of the address, in degrees.
            "longitude" => longitude: f64,
        }
    }
}

request! {
    /// New postal address of a customer.
    pub struct CustomerAddressUpdate {
        named {
            /// Street of the postal address.
            "street" => street: String,
            /// Unit within the building, such as an apartment or suite.
            "unit" => unit: String,
            /// City of the postal address.
            "city" => city: String,
            /// State or province of the postal address.
            "state" => state: String,
            /// Postal code of the address (ZIP code in the United States).
            "zip" => zip: String,
            /// Country of the postal address.
            "country" => country: String,
            /// Latitude of the address, in degrees.
            "latitude" => latitude: f64,
            /// Longitude of the address, in degrees.
            "longitude" => longitude: f64,
        }
    }
}

request! {
    /// New postal address of a location.
    pub struct LocationAddressUpdate {
        must {
            /// Street of the postal address.
            "street" => street: String,
            /// Unit within the building, such as an apartment or suite.
            "unit" => unit: String,
            /// City of the postal address.
            "city" => city: String,
            /// State or province of the postal address.
            "state" => state: String,
            /// Postal code of the address (ZIP code in the United States).
            "zip" => zip: String,
            /// Country of the postal address.
            "country" => country: String,
        }
        may_clear {
            /// Latitude of the address, in degrees.
            "latitude" => latitude: f64,
            /// Longitude of the address, in degrees.
            "longitude" => longitude: f64,
        }
    }
}
