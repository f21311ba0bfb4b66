//! The CRM family: customers, locations, contacts, leads and bookings.

mod address;
mod booking_provider_tags;
mod booking_writes;
mod bookings;
mod contact_details;
mod customer_writes;
mod customers;
mod leads;
mod location_writes;
mod locations;
mod tags;

crate::declare::family! {
    resources {
        booking_provider_tags,
        bookings,
        customers,
        leads,
        locations,
        tags,
    }
    beside {
        address,
        booking_writes,
        contact_details,
        customer_writes,
        location_writes,
    }
}
