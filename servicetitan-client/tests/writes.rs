//! Request bodies of writes, and the reading of their answers.
#![allow(clippy::unwrap_used, reason = "a failed set-up is a failed test")]

use serde_json::{Value, json};
use servicetitan_client::{
    AccountCreationMethod, BookingId, BookingProviderId, BulkTags, Change, ContactId,
    ContactPreferencesUpdate, ContactUpdate, CustomerId, Decimal, EmployeePosition, Environment, Error,
    ExportedInvoice, Hold, InvoiceCustomFields, InvoiceCustomFieldsUpdate, InvoiceId, InvoiceItemUpdate,
    InvoiceTaskId, InvoiceTaskUpdate, JobHoldReasonId, JobId, JobUpdate, LeadForm, LeadFormFilter, LeadId,
    LocationId, NamedFieldValue, NewAdjustmentInvoice, NewEmployee, RequestLimits, SecretString,
    ServiceTitan, TagTypeId, TechnicianId, TenantId, UserRoleId,
};
use wiremock::matchers::{body_json, body_string, method, path, query_param};
use wiremock::{Mock, MockServer, ResponseTemplate};

async fn server() -> (MockServer, ServiceTitan) {
    let server = MockServer::start().await;
    let token = json!({"access_token": "t", "expires_in": 900, "token_type": "Bearer", "scope": ""});
    Mock::given(path("/connect/token"))
        .respond_with(ResponseTemplate::new(200).set_body_json(token))
        .mount(&server)
        .await;
    let auth = format!("{}/connect/token", server.uri());
    let client = ServiceTitan::builder(Environment::custom(&server.uri(), &auth).unwrap())
        .app_key(SecretString::from("ak1.test"))
        .credentials("cid.test", SecretString::from("cs1.test"))
        .tenant(TenantId(1))
        .limits(RequestLimits::per_second(1_000))
        .build()
        .unwrap();
    (server, client)
}

async fn answers(server: &MockServer, verb: &str, at: &str, sent: Option<Value>, answer: ResponseTemplate) {
    let mock = Mock::given(method(verb)).and(path(at));
    let mock = match sent {
        Some(body) => mock.and(body_json(body)),
        None => mock.and(body_string("")),
    };
    mock.respond_with(answer).expect(1).mount(server).await;
}

#[tokio::test]
async fn an_update_sends_what_is_set_and_null_for_what_is_cleared() {
    let (server, st) = server().await;
    let sent = json!({"summary": "No heat", "soldById": null, "tagTypeIds": [3]});
    answers(
        &server,
        "PATCH",
        "/jpm/v2/tenant/1/jobs/42",
        Some(sent),
        ResponseTemplate::new(200).set_body_json(json!({"id": 42})),
    )
    .await;
    let update = JobUpdate::new().summary("No heat").sold_by_id(Change::Clear).tag_type_ids([TagTypeId(3)]);
    assert_eq!(st.jobs().update(JobId(42), &update).await.unwrap().id, JobId(42));
}

#[tokio::test]
async fn fields_that_could_be_mistaken_for_each_other_are_set_by_name() {
    let (server, st) = server().await;
    let preferences = json!({"jobRemindersEnabled": true, "marketingUpdatesEnabled": false, "invoiceStatementNotification": true});
    answers(
        &server,
        "PATCH",
        "/crm/v2/tenant/1/customers/7/contacts/8",
        Some(json!({ "preferences": preferences })),
        ResponseTemplate::new(200).set_body_json(json!({"id": 8})),
    )
    .await;
    let preferences = ContactPreferencesUpdate {
        job_reminders_enabled: true,
        marketing_updates_enabled: false,
        invoice_statement_notification: true,
    };
    let update = ContactUpdate::new().preferences(preferences);
    st.customers().update_contact(CustomerId(7), ContactId(8), &update).await.unwrap();
}

#[tokio::test]
async fn a_write_whose_answer_is_empty_is_done() {
    let (server, st) = server().await;
    let sent = json!({"reasonId": 5, "memo": "weather"});
    answers(&server, "PUT", "/jpm/v2/tenant/1/jobs/42/hold", Some(sent), ResponseTemplate::new(200)).await;
    answers(&server, "PUT", "/jpm/v2/tenant/1/jobs/42/remove-cancellation", None, ResponseTemplate::new(204))
        .await;
    st.jobs().hold(JobId(42), &Hold::new(JobHoldReasonId(5), "weather")).await.unwrap();
    st.jobs().remove_cancellation(JobId(42)).await.unwrap();
}

#[tokio::test]
async fn a_write_that_a_proxy_answers_with_a_page_is_not_taken_for_done() {
    let (server, st) = server().await;
    let page = ResponseTemplate::new(200).set_body_string("\n<!DOCTYPE html><html>Sign in</html>");
    answers(&server, "PUT", "/jpm/v2/tenant/1/jobs/42/remove-cancellation", None, page).await;
    let error = st.jobs().remove_cancellation(JobId(42)).await.unwrap_err();
    assert!(error.may_have_been_carried_out(), "{error}");
    assert!(error.to_string().contains("HTML"), "{error}");
}

#[tokio::test]
async fn the_values_of_a_path_stand_in_its_order() {
    let (server, st) = server().await;
    let at = "/crm/v2/tenant/1/booking-provider/8/bookings/9/contacts/10";
    answers(&server, "DELETE", at, None, ResponseTemplate::new(200)).await;
    st.bookings().delete_contact(BookingProviderId(8), BookingId(9), ContactId(10)).await.unwrap();

    let at = "/accounting/v2/tenant/1/invoices/7/tasks/a%2Fb";
    answers(
        &server,
        "PATCH",
        at,
        Some(json!({"name": "n"})),
        ResponseTemplate::new(200).set_body_json(json!({})),
    )
    .await;
    let task = InvoiceTaskId("a/b".to_owned());
    st.invoices().update_task(InvoiceId(7), task, &InvoiceTaskUpdate::new().name("n")).await.unwrap();
}

#[tokio::test]
async fn a_delete_can_have_a_body_and_a_body_can_be_a_list() {
    let (server, st) = server().await;
    let sent = json!({"customerIds": [1, 2], "tagTypeIds": [3]});
    answers(&server, "DELETE", "/crm/v2/tenant/1/tags", Some(sent), ResponseTemplate::new(200)).await;
    let tags = BulkTags::new([CustomerId(1), CustomerId(2)], [TagTypeId(3)]);
    st.tags().remove(&tags).await.unwrap();

    let sent = json!([{"invoiceId": 1, "externalId": "Q-1"}, {"invoiceId": 2}]);
    let answer = json!([{"invoiceId": 1, "success": true}, {"invoiceId": 2, "success": false, "errorMessage": "closed"}]);
    answers(
        &server,
        "POST",
        "/accounting/v2/tenant/1/invoices/markasexported",
        Some(sent),
        ResponseTemplate::new(200).set_body_json(answer),
    )
    .await;
    let exported =
        [ExportedInvoice::new(InvoiceId(1)).external_id("Q-1"), ExportedInvoice::new(InvoiceId(2))];
    let outcomes = st.invoices().mark_as_exported(&exported).await.unwrap();
    assert_eq!(outcomes.iter().map(|outcome| outcome.success).collect::<Vec<_>>(), [Some(true), Some(false)]);
}

#[tokio::test]
async fn bodies_stand_in_bodies_and_money_is_a_number() {
    let (server, st) = server().await;
    let sent =
        json!({"adjustmentToId": 7, "items": [{"description": "credit", "quantity": 1, "unitPrice": -12.5}]});
    answers(
        &server,
        "POST",
        "/accounting/v2/tenant/1/invoices",
        Some(sent),
        ResponseTemplate::new(200).set_body_json(json!(9_007_199_254_740_993_i64)),
    )
    .await;
    let money = |cents| Decimal::from(rust_decimal::Decimal::new(cents, 1));
    let item = InvoiceItemUpdate::new("credit", money(10)).unit_price(money(-125));
    let created =
        st.invoices().create_adjustment(&NewAdjustmentInvoice::new(InvoiceId(7)).items([item])).await;
    assert_eq!(created.unwrap(), InvoiceId(9_007_199_254_740_993));

    let sent = json!({"operations": [{"objectId": 7, "customFields": [{"name": "Colour", "value": "red"}]}]});
    answers(
        &server,
        "PATCH",
        "/accounting/v2/tenant/1/invoices/custom-fields",
        Some(sent),
        ResponseTemplate::new(200),
    )
    .await;
    let fields = InvoiceCustomFields::new(InvoiceId(7), [NamedFieldValue::new("Colour").value("red")]);
    st.invoices().update_custom_fields(&InvoiceCustomFieldsUpdate::new([fields])).await.unwrap();
}

#[tokio::test]
async fn a_write_can_have_a_parameter() {
    let (server, st) = server().await;
    Mock::given(method("POST"))
        .and(path("/crm/v2/tenant/1/leads/form"))
        .and(query_param("id", "4"))
        .and(body_json(json!({"name": "Ada"})))
        .respond_with(ResponseTemplate::new(200).set_body_json(json!({"leadId": 11})))
        .expect(1)
        .mount(&server)
        .await;
    let form = LeadFormFilter { id: Some(4) };
    let lead = st.leads().submit_form(&form, &LeadForm::new("Ada")).await.unwrap();
    assert_eq!(lead.lead_id, Some(LeadId(11)));
}

#[tokio::test]
async fn an_answer_that_may_be_nothing_reads_as_none() {
    let (server, st) = server().await;
    for (location, answer) in [(1, "7"), (2, "null"), (3, "")] {
        answers(
            &server,
            "GET",
            &format!("/crm/v2/tenant/1/locations/{location}/preferredtechnician"),
            None,
            ResponseTemplate::new(200).set_body_string(answer),
        )
        .await;
    }
    let locations = st.locations();
    assert_eq!(locations.preferred_technician(LocationId(1)).await.unwrap(), Some(TechnicianId(7)));
    assert_eq!(locations.preferred_technician(LocationId(2)).await.unwrap(), None);
    assert_eq!(locations.preferred_technician(LocationId(3)).await.unwrap(), None);
}

/// This holds for every method: a `PUT` or a `DELETE` may have been carried out too, and only the caller knows if repeating it does harm.
#[tokio::test]
async fn a_write_that_failed_on_the_server_is_not_sent_again() {
    let (server, st) = server().await;
    for (verb, at) in
        [("PUT", "/sales/v2/tenant/1/estimates/5/unsell"), ("DELETE", "/jpm/v2/tenant/1/appointments/5")]
    {
        answers(&server, verb, at, None, ResponseTemplate::new(500)).await;
    }
    let unsold = st.estimates().unsell(servicetitan_client::EstimateId(5)).await.unwrap_err();
    let deleted = st.appointments().delete(servicetitan_client::AppointmentId(5)).await.unwrap_err();
    for error in [unsold, deleted] {
        assert!(matches!(error, Error::Server { .. }), "{error}");
        assert!(error.may_have_been_carried_out());
    }
}

#[tokio::test]
async fn a_new_users_password_is_sent_and_shown_nowhere() {
    let (server, st) = server().await;
    let sent = json!({"name": "Ada", "email": "a@b.example", "accountCreationMethod": "AssignLoginAndPassword", "roleId": 2,
        "positions": ["Dispatcher"], "login": "ada", "password": "planted-secret"});
    let answer = ResponseTemplate::new(200).set_body_json(json!({"id": 3}));
    answers(&server, "POST", "/settings/v2/tenant/1/employees", Some(sent), answer).await;
    let positions = [EmployeePosition::Dispatcher];
    let employee = NewEmployee::new(
        "Ada",
        "a@b.example",
        AccountCreationMethod::AssignLoginAndPassword,
        UserRoleId(2),
        positions,
    )
    .login("ada")
    .password(SecretString::from("planted-secret"));
    assert!(!format!("{employee:?}").contains("planted-secret"));
    assert_eq!(st.employees().create(&employee).await.unwrap().id, 3);
}
