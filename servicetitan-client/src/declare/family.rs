//! The list of a family's files.

/// Lists a family's files: re-exports what they declare, and puts the operations of the resources into the table. `beside` are files that
/// resources share, and bodies that would make a resource's file long.
macro_rules! family {
    (resources { $($resource:ident),+ $(,)? } $( beside { $($beside:ident),+ $(,)? } )?) => {
        $(
            #[allow(unused_imports, unreachable_pub, reason = "without `http` some files declare nothing")]
            pub use $resource::*;
        )+
        $( $(
            #[allow(unused_imports, unreachable_pub, reason = "without `http` some files declare nothing")]
            pub use $beside::*;
        )+ )?

        /// The operations of the family's resources.
        #[cfg(feature = "http")]
        pub(crate) const OPERATIONS: &[&[$crate::Operation]] = &[$( $resource::OPERATIONS ),+];

        #[cfg(all(test, feature = "http"))]
        pub(crate) fn probes() -> Vec<$crate::contract::Probe> {
            [$( $resource::probes() ),+].into_iter().flatten().collect()
        }
    };
}
pub(crate) use family;
