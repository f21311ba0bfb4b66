//! The method, the table entry and the test probe that one line of [`resource!`](super::resource) becomes.

/// The HTTP method of a kind of line.
macro_rules! method_of {
    (post) => {
        "POST"
    };
    (patch) => {
        "PATCH"
    };
    (put) => {
        "PUT"
    };
    (delete) => {
        "DELETE"
    };
    (get) => {
        "GET"
    };
    (list) => {
        "GET"
    };
    (ids) => {
        "GET"
    };
    (of) => {
        "GET"
    };
    (export) => {
        "GET"
    };
}
pub(crate) use method_of;

/// The direction of the scope that a kind of line needs.
macro_rules! scope_suffix {
    (post) => {
        ":w"
    };
    (patch) => {
        ":w"
    };
    (put) => {
        ":w"
    };
    (delete) => {
        ":w"
    };
    ($read:ident) => {
        ":r"
    };
}
pub(crate) use scope_suffix;

/// The line's entry in the table of operations.
macro_rules! entry {
    ($accessor:ident $scope:literal $root:literal $kind:ident $path:literal $name:ident) => {
        $crate::Operation::new(
            concat!(stringify!($accessor), ".", stringify!($name)),
            $crate::declare::method_of!($kind),
            concat!($root, $path),
            concat!($scope, $crate::declare::scope_suffix!($kind)),
        )
    };
}
pub(crate) use entry;

/// The line's method: `(docs) entry, kind name(path values) [answer] [clauses]`.
macro_rules! operation {
    (($($doc:tt)*) $entry:expr, get $name:ident ($($value:ident: $value_type:ty),*) [$answer:ty] [$(by $filter:ty)?]) => {
        $($doc)*
        ///
        /// # Errors
        ///
        /// [`Error::NotFound`](crate::Error::NotFound) when there is no such record, and every failure of a call.
        pub async fn $name(&self, $($value: $value_type,)* $( filter: &$filter )?) -> Result<$answer, $crate::Error> {
            const OPERATION: $crate::Operation = $entry;
            let path = $crate::http::PathValues::default()$(.with($value))*;
            let query = $crate::declare::operation!(@query $( filter $filter )?);
            self.client.read(&OPERATION, path, query).await
        }
    };
    (($($doc:tt)*) $entry:expr, list $name:ident ($($value:ident: $value_type:ty),*) [$answer:ty] [$(by $filter:ty)?]) => {
        $($doc)*
        pub fn $name(&self, $($value: $value_type,)* $( filter: &$filter )?) -> $crate::ListRequest<$answer> {
            const OPERATION: $crate::Operation = $entry;
            let path = $crate::http::PathValues::default()$(.with($value))*;
            let query = $crate::declare::operation!(@query $( filter $filter )?);
            self.client.list(&OPERATION, path, query)
        }
    };
    (($($doc:tt)*) $entry:expr, ids $name:ident ($parameter:ident: $id:ty) [$answer:ty] [$(active $active:ident)?]) => {
        $($doc)*
        pub fn $name(&self, ids: &[$id]) -> $crate::ListRequest<$answer> {
            const OPERATION: $crate::Operation = $entry;
            let query = $crate::http::Query::default();
            $( let query = query.set("active", Some($crate::ActiveFilter::$active)); )?
            self.client.list_by(&OPERATION, stringify!($parameter), ids, query)
                .only_these(|record| Some($crate::Record::id(record).get()))
        }
    };
    (($($doc:tt)*) $entry:expr, of $name:ident ($parameter:ident: $id:ty) [$answer:ty] [matching $field:ident $(active $active:ident)?]) => {
        $($doc)*
        pub fn $name(&self, ids: &[$id]) -> $crate::ListRequest<$answer> {
            const OPERATION: $crate::Operation = $entry;
            let query = $crate::http::Query::default();
            $( let query = query.set("active", Some($crate::ActiveFilter::$active)); )?
            self.client.list_by(&OPERATION, stringify!($parameter), ids, query)
                .only_these(|record| record.$field.map(<$id>::get))
        }
    };
    (($($doc:tt)*) $entry:expr, export $name:ident () [$answer:ty] []) => {
        $($doc)*
        pub fn $name(&self, from: $crate::ExportFrom) -> $crate::ExportRequest<$answer> {
            const OPERATION: $crate::Operation = $entry;
            self.client.export(&OPERATION, from)
        }
    };
    // Named one by one: a line that reads and has a clause in the wrong place is an error, and not taken for a write.
    (($($doc:tt)*) $entry:expr, post $($line:tt)*) => {
        $crate::declare::operation! { @write ($($doc)*) $entry, $($line)* }
    };
    (($($doc:tt)*) $entry:expr, patch $($line:tt)*) => {
        $crate::declare::operation! { @write ($($doc)*) $entry, $($line)* }
    };
    (($($doc:tt)*) $entry:expr, put $($line:tt)*) => {
        $crate::declare::operation! { @write ($($doc)*) $entry, $($line)* }
    };
    (($($doc:tt)*) $entry:expr, delete $($line:tt)*) => {
        $crate::declare::operation! { @write ($($doc)*) $entry, $($line)* }
    };
    (@write ($($doc:tt)*) $entry:expr, $name:ident ($($value:ident: $value_type:ty),*) [$($answer:ty)?]
        [$(by $filter:ident)? $(sends $body:tt)?]) => {
        $($doc)*
        ///
        /// # Errors
        ///
        /// Every failure of a call. A write that may have been carried out is not repeated:
        /// [`Error::may_have_been_carried_out`](crate::Error::may_have_been_carried_out) tells whether to look before doing it again.
        pub async fn $name(&self, $($value: $value_type,)* $( filter: &$filter, )? $( body: &$body )?)
            -> Result<$crate::declare::operation!(@answer $($answer)?), $crate::Error>
        {
            const OPERATION: $crate::Operation = $entry;
            let path = $crate::http::PathValues::default()$(.with($value))*;
            let query = $crate::declare::operation!(@query $( filter $filter )?);
            let body = $crate::declare::operation!(@body $( body $body )?);
            self.client.write(&OPERATION, path, query, body, $crate::declare::operation!(@decode $($answer)?)).await
        }
    };
    (@query) => { $crate::http::Query::default() };
    (@query $value:ident $filter:ty) => { $value.query() };
    (@body) => { None };
    (@body $value:ident [$item:ty]) => {
        Some($crate::http::json(&$crate::model::value::WriteList($value))?)
    };
    (@body $value:ident $body:ty) => { Some($crate::http::json($value)?) };
    (@answer) => { () };
    (@answer $answer:ty) => { $answer };
    (@decode) => { $crate::http::nothing };
    (@decode $answer:ty) => { $crate::http::whole_or_null };
}
pub(crate) use operation;

/// The line as the contract test sees it: a call with made-up arguments, and what it sends and reads.
#[cfg(test)]
macro_rules! probe {
    ($accessor:ident $entry:expr, $kind:ident $name:ident ($($value:ident: $value_type:ty),*) [$($answer:ty)?]
        [$(by $filter:ident)? $(matching $field:ident)? $(active $active:ident)? $(sends $body:tt)?]) => {
        $crate::contract::Probe {
            operation: $entry,
            kind: $crate::contract::Kind::$kind,
            model: $crate::declare::probe!(@model $($answer)?),
            parameters: $crate::declare::probe!(@parameters $kind [$($value)*] $(filter $filter)? $(active $active)?),
            body: $crate::declare::probe!(@written $($body)?),
            call: |client, body| Box::pin(async move {
                let _ = &body;
                let resource = client.$accessor();
                $crate::declare::probe!(@call $kind resource.$name
                    [$($value_type),*] [$($filter)?] [$(body $body)?])
            }),
        }
    };
    (@model) => { None };
    (@model $answer:ty) => { Some($crate::contract::model::<$answer>()) };
    (@parameters ids [$parameter:ident] $(active $active:ident)?) => {
        $crate::contract::ids_parameters(stringify!($parameter), &[$(stringify!($active))?])
    };
    (@parameters of [$parameter:ident] $(active $active:ident)?) => {
        $crate::contract::ids_parameters(stringify!($parameter), &[$(stringify!($active))?])
    };
    (@parameters $kind:ident [$($value:ident)*] filter $filter:ident) => {
        <$filter as $crate::contract::Filtering>::parameters()
    };
    (@parameters $kind:ident [$($value:ident)*]) => { Vec::new() };
    (@written) => { None };
    (@written $body:tt) => { Some($crate::contract::written::<$crate::declare::probe!(@owned $body)>) };
    (@owned [$item:ty]) => { Vec<$item> };
    (@owned $body:ident) => { $body };
    (@call list $resource:ident.$name:ident [$($value_type:ty),*] [$($filter:ident)?] []) => {
        $crate::contract::records($resource.$name(
            $( $crate::contract::sample::<$value_type>(), )* $( &$crate::contract::filter::<$filter>() )?)).await
    };
    (@call ids $resource:ident.$name:ident [$id:ty] [] []) => {
        $crate::contract::records($resource.$name(&[$crate::contract::sample::<$id>()])).await
    };
    (@call of $resource:ident.$name:ident [$id:ty] [] []) => {
        $crate::contract::records($resource.$name(&[$crate::contract::sample::<$id>()])).await
    };
    (@call export $resource:ident.$name:ident [] [] []) => {
        $crate::contract::exported($resource.$name($crate::ExportFrom::beginning())).await
    };
    (@call $kind:ident $resource:ident.$name:ident [$($value_type:ty),*] [$($filter:ident)?] [$($body_name:ident $body:tt)?]) => {
        $crate::contract::answer($resource.$name(
            $( $crate::contract::sample::<$value_type>(), )*
            $( &$crate::contract::filter::<$filter>(), )?
            $( &$crate::contract::body::<$crate::declare::probe!(@owned $body)>($body_name) )?
        ).await)
    };
}
#[cfg(test)]
pub(crate) use probe;
