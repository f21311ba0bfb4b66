//! The declaration of bodies, which writes send.

/// Declares a body: what must be in it goes into `new`, what may be in it has a method each.
///
/// `must` fields are arguments of `new`; `named` ones, which a body has alone, must be there too and are set by name in the struct itself, where
/// arguments would be mistaken for each other. `may` fields are left out until they are set. `may_clear` fields can be set to `null` too, which
/// in an update is the way to empty a field: see [`Change`](crate::model::Change). `Debug` prints the body's name and no content.
macro_rules! request {
    ($(
        $(#[$meta:meta])*
        pub struct $request:ident {
            $( named { $( $(#[$named_meta:meta])* $named_wire:literal => $named:ident : $named_type:ty ),+ $(,)? } )?
            $( must { $( $(#[$must_meta:meta])* $must_wire:literal => $must:ident : $must_type:ty ),+ $(,)? } )?
            $( may { $( $(#[$may_meta:meta])* $may_wire:literal => $may:ident : $may_type:ty ),+ $(,)? } )?
            $( may_clear { $( $(#[$clear_meta:meta])* $clear_wire:literal => $clear:ident : $clear_type:ty ),+ $(,)? } )?
        }
    )+) => {$(
        $(#[$meta])*
        #[cfg(feature = "http")]
        #[derive(Clone)]
        pub struct $request {
            $( $( $(#[$named_meta])* pub $named: $named_type, )+ )?
            $( $( $(#[$must_meta])* pub $must: $must_type, )+ )?
            $( $( $may: Option<$may_type>, )+ )?
            $( $( $clear: $crate::model::Change<$clear_type>, )+ )?
        }

        $crate::declare::request! { @new $request [$( $( $named )+ )?]
            [$( $( $must: $must_type, )+ )?] [$( $( $may )+ )?] [$( $( $clear )+ )?] }

        #[cfg(feature = "http")]
        impl $request {
            $( $(
                $(#[$may_meta])*
                #[must_use]
                pub fn $may(mut self, $may: impl Into<$may_type>) -> Self {
                    self.$may = Some($may.into());
                    self
                }
            )+ )?

            $( $(
                $(#[$clear_meta])*
                #[must_use]
                pub fn $clear(mut self, $clear: impl Into<$crate::model::Change<$clear_type>>) -> Self {
                    self.$clear = $clear.into();
                    self
                }
            )+ )?
        }

        #[cfg(feature = "http")]
        impl ::serde::Serialize for $request {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                use ::serde::ser::SerializeMap as _;
                use $crate::model::value::WriteValue;
                let mut map = serializer.serialize_map(None)?;
                $( $( map.serialize_entry($named_wire, &WriteValue(&self.$named))?; )+ )?
                $( $( map.serialize_entry($must_wire, &WriteValue(&self.$must))?; )+ )?
                $( $( if let Some(value) = &self.$may {
                    map.serialize_entry($may_wire, &WriteValue(value))?;
                } )+ )?
                $( $( if let Some(value) = self.$clear.sent() {
                    map.serialize_entry($clear_wire, &value.map(WriteValue))?;
                } )+ )?
                map.end()
            }
        }

        /// The values may be a customer's name or a message, and stay out of logs.
        #[cfg(feature = "http")]
        impl ::std::fmt::Debug for $request {
            fn fmt(&self, formatter: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                formatter.debug_struct(stringify!($request)).finish_non_exhaustive()
            }
        }

        #[cfg(feature = "http")]
        $crate::model::value::written_by_serde!($request);

        // The contract test makes bodies from the schemas and sees whether they come out as they went in.
        #[cfg(all(test, feature = "http"))]
        impl $crate::model::value::WireValue for $request {
            const EXPECTED: $crate::model::unread::Expected = $crate::model::unread::Expected::Object;
            fn read<'de, D: ::serde::Deserializer<'de>>(
                deserializer: D,
                _: $crate::model::kept::Slot<'_>,
                into: &mut Option<Self>,
            ) -> Result<(), D::Error> {
                let mut members = $crate::contract::Members::read(deserializer)?;
                let body = $request {
                    $( $( $named: members.must($named_wire)?, )+ )?
                    $( $( $must: members.must($must_wire)?, )+ )?
                    $( $( $may: members.may($may_wire)?, )+ )?
                    $( $( $clear: members.may_clear($clear_wire)?, )+ )?
                };
                members.end()?;
                *into = Some(body);
                Ok(())
            }
            fn sample() -> ::serde_json::Value {
                // Bodies are made from the schemas.
                ::serde_json::Value::Null
            }
        }
    )+};
    (@new $request:ident [$($named:ident)+] [] [] []) => {};
    (@new $request:ident [] [$($must:ident: $must_type:ty,)*] [$($may:ident)*] [$($clear:ident)*]) => {
        #[cfg(feature = "http")]
        impl $request {
            /// A body with the fields that must be there, and no other.
            #[allow(clippy::too_many_arguments, reason = "ServiceTitan says how many must be there")]
            #[allow(clippy::new_without_default, reason = "only bodies without `must` could have one")]
            pub fn new($( $must: impl Into<$must_type>, )*) -> Self {
                $request {
                    $( $must: $must.into(), )*
                    $( $may: None, )*
                    $( $clear: $crate::model::Change::Keep, )*
                }
            }
        }
    };
}
pub(crate) use request;
