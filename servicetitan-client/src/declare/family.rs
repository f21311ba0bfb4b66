//! How a family names its resources.

/// Lists a family's resources: re-exports what their files declare, and puts their operations into the table.
macro_rules! family {
    ($($resource:ident),+ $(,)?) => {
        $( pub use $resource::*; )+

        /// What can be done with the family's resources.
        #[cfg(feature = "http")]
        pub(crate) const OPERATIONS: &[&[$crate::Operation]] = &[$( $resource::OPERATIONS ),+];

        #[cfg(all(test, feature = "http"))]
        pub(crate) fn probes() -> Vec<$crate::contract::Probe> {
            [$( $resource::probes() ),+].into_iter().flatten().collect()
        }
    };
}
pub(crate) use family;
