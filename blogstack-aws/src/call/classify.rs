//! What an SDK error means: <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html>.

use aws_smithy_runtime_api::{client::result::SdkError, http::Response};
use aws_smithy_types::error::{display::DisplayErrorContext, metadata::ProvideErrorMetadata};
use blogstack_core::provider::{ErrorKind, ProviderError};

/// The error in the engine's terms, with operation, code and request id.
pub(crate) fn classified<E>(operation: &'static str, error: &SdkError<E, Response>) -> ProviderError
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    let kind = kind_of(error);
    let metadata = error.as_service_error().map(ProvideErrorMetadata::meta);
    // An answer without a code is hinted at in another way than no answer.
    let hint = hint(kind, metadata.map(|meta| meta.code().unwrap_or_default()));
    let code = metadata.and_then(|meta| meta.code()).map(ToOwned::to_owned);
    let request_id = error.raw_response().and_then(request_id);
    let message = metadata.and_then(|meta| meta.message()).map_or_else(|| without_answer(error), ToOwned::to_owned);
    ProviderError { code, request_id, hint, ..ProviderError::new(kind, operation, message) }
}

/// The error of a code that stands inside an answer.
pub(super) fn refused(operation: &'static str, code: String, message: Option<String>) -> ProviderError {
    let kind = kind_of_code(&code, 400);
    let (message, hint) = (message.unwrap_or_else(|| code.clone()), hint(kind, Some(&code)));
    ProviderError { code: Some(code), hint, ..ProviderError::new(kind, operation, message) }
}

fn request_id(response: &Response) -> Option<String> {
    let headers = response.headers();
    ["x-amzn-requestid", "x-amz-request-id"].iter().find_map(|name| headers.get(*name)).map(ToOwned::to_owned)
}

fn without_answer<E: std::error::Error + 'static>(error: &SdkError<E, Response>) -> String {
    let cause = std::error::Error::source(error).map(|source| DisplayErrorContext(source).to_string());
    let cause = cause.map(|cause| cause.split(" (").next().unwrap_or_default().to_owned()).unwrap_or_default();
    match error {
        SdkError::TimeoutError(_) => "no answer came in time".into(),
        // What a connection failed of stands innermost: "Connection refused".
        SdkError::DispatchFailure(failure) if failure.is_io() => format!("the request failed: {}", innermost(error)),
        SdkError::DispatchFailure(_) => format!("the request failed: {cause}"),
        SdkError::ResponseError(_) => format!("the answer could not be read: {cause}"),
        // An answer to HEAD has no body in which a reason could stand.
        SdkError::ServiceError(service) if !service.raw().status().is_success() => {
            format!("HTTP {} without a reason", service.raw().status())
        }
        SdkError::ServiceError(_) => format!("the answer makes no sense: {cause}"),
        _ => cause,
    }
}

fn innermost(error: &(dyn std::error::Error + 'static)) -> String {
    std::iter::successors(Some(error), |error| error.source()).last().map(ToString::to_string).unwrap_or_default()
}

pub(super) fn kind_of<E>(error: &SdkError<E, Response>) -> ErrorKind
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    match error {
        SdkError::ServiceError(service) => {
            let (status, meta) = (service.raw().status().as_u16(), service.err().meta());
            // It was done, perhaps: only the answer is none of AWS's.
            if service.raw().status().is_success() && meta.code().is_none() {
                return ErrorKind::Lost;
            }
            let code = meta.code().unwrap_or_default();
            kind_in_words(code, meta.message().unwrap_or_default()).unwrap_or_else(|| kind_of_code(code, status))
        }
        SdkError::ConstructionFailure(_) => ErrorKind::Internal,
        SdkError::DispatchFailure(failure) if failure.is_user() || failure.is_other() => {
            let text = failure.as_connector_error().map(|error| DisplayErrorContext(error).to_string()).unwrap_or_default();
            if text.to_lowercase().contains("credential") { ErrorKind::Denied } else { ErrorKind::Lost }
        }
        _ => ErrorKind::Lost,
    }
}

/// What only the message tells. Auto Scaling has one code for everything that is wrong with a request, also for what it refers to and
/// cannot see yet.
fn kind_in_words(code: &str, message: &str) -> Option<ErrorKind> {
    let absent = ["not found", "No Lifecycle Hook found", "does not exist", "Please ensure they exist", "Invalid IAM Instance Profile"];
    (code == "ValidationError" && absent.iter().any(|words| message.contains(words))).then_some(ErrorKind::NotFound)
}

/// A 5xx answer says nothing about the effect; being throttled says that there was none.
fn kind_of_code(code: &str, status: u16) -> ErrorKind {
    let throttled = ["RequestLimitExceeded", "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottled"];
    let throttled_too = ["TooManyRequestsException", "SlowDown", "RequestThrottledException", "EC2ThrottledException", "TooManyUpdates"];
    let denied = ["AuthFailure", "UnauthorizedOperation", "AccessDenied", "AccessDeniedException", "ExpiredToken", "InvalidClientTokenId"];
    let conflict = ["DependencyViolation", "IncorrectState", "IncorrectInstanceState", "DeleteConflict", "KMSInvalidStateException"];
    let conflict_too = ["ResourceExistsException", "InvalidCacheClusterState", "ResourceInUseException"];
    let ongoing = ["ScalingActivityInProgress", "InstanceRefreshInProgress"];
    match code {
        _ if throttled.contains(&code) || throttled_too.contains(&code) || status == 429 => ErrorKind::Throttled,
        _ if denied.contains(&code) || (code.is_empty() && status == 403) => ErrorKind::Denied,
        // S3, Route 53, Auto Scaling: something else is being done to the same object, and nothing was done.
        "OperationAborted" | "PriorRequestNotComplete" | "ResourceContention" => ErrorKind::Transient,
        "InsufficientInstanceCapacity" | "InsufficientAddressCapacity" => ErrorKind::Quota,
        _ if code.ends_with("LimitExceeded") || code.ends_with("LimitExceededException") || code.starts_with("TooMany") => ErrorKind::Quota,
        // IAM and S3 say what there is not: `NoSuchEntity`, `NoSuchBucketPolicy`.
        _ if code.starts_with("NoSuch") || code == "InvalidResourceId" => ErrorKind::NotFound,
        _ if ["NotFound", "NotFoundException", "NotFoundFault", "NotFoundError"].iter().any(|end| code.ends_with(end)) => {
            ErrorKind::NotFound
        }
        // IAM says so of what another call changes at the same time, and of what it does not know everywhere yet.
        "ConcurrentModification" | "EntityTemporarilyUnmodifiable" => ErrorKind::Transient,
        _ if conflict.contains(&code)
            || conflict_too.contains(&code)
            || ongoing.contains(&code)
            || code.ends_with("InUse")
            || code.ends_with("NotEmpty")
            || code.contains("Duplicate")
            || code.contains("Already") =>
        {
            ErrorKind::Conflict
        }
        _ if status >= 500 => ErrorKind::Lost,
        _ => ErrorKind::Rejected,
    }
}

fn hint(kind: ErrorKind, code: Option<&str>) -> Option<String> {
    let hint = match (kind, code) {
        (ErrorKind::Denied, Some("UnauthorizedOperation" | "AccessDenied" | "AccessDeniedException")) => {
            "give the role or user that runs this the permission for the operation"
        }
        (ErrorKind::Denied, Some("ExpiredToken")) => "log in again: the credentials have expired",
        (ErrorKind::Denied, Some("")) => "it may belong to another account; if it is yours, the permission for the operation is missing",
        (ErrorKind::Denied, _) => "set credentials as for the AWS CLI: a profile, the environment, or single sign-on",
        (ErrorKind::Quota, Some(code)) if code.starts_with("Insufficient") => "try another zone or instance type, or later",
        (ErrorKind::Quota, _) => "ask AWS to raise the quota, or delete what is not needed; running again goes on from here",
        (ErrorKind::Conflict, Some("DependencyViolation")) => "something that this stack did not make uses it: remove that first",
        (ErrorKind::Conflict, _) => "something else stands in its place or uses it: remove that, or run again when it has changed",
        (ErrorKind::Throttled, _) => "AWS is called too often: run again to go on, later or with a smaller `--parallel`",
        (ErrorKind::NotFound, _) => "what it refers to is gone: run again, and look at what the plan says of it",
        (ErrorKind::Lost, None | Some("")) => "check the network and the endpoint; running again goes on from here",
        (ErrorKind::Lost | ErrorKind::Transient, Some(_)) => "AWS had a fault of its own: running again goes on from here",
        (ErrorKind::Rejected, _) => "AWS takes it in no such form: change the program and run again",
        _ => return None,
    };
    Some(hint.to_owned())
}

#[cfg(test)]
mod tests {
    use aws_sdk_ec2::operation::create_vpc::CreateVpcError;
    use aws_smithy_types::body::SdkBody;

    use super::*;

    #[test]
    fn every_kind_of_error_comes_with_a_way_out() {
        let codes = ["DependencyViolation", "InvalidSubnet.Conflict", "VpcLimitExceeded", "InsufficientInstanceCapacity", "Throttling"];
        let more =
            ["InvalidVpcID.NotFound", "InternalError", "Unavailable", "AuthFailure", "UnauthorizedOperation", "InvalidGroup.Duplicate"];
        for code in codes.iter().chain(&more) {
            let kind = kind_of_code(code, if code.contains("Internal") || *code == "Unavailable" { 500 } else { 400 });
            assert!(hint(kind, Some(code)).is_some(), "{code} is {kind:?}");
        }
        assert!(hint(ErrorKind::Lost, None).is_some() && hint(ErrorKind::Denied, None).is_some());
    }

    #[test]
    fn codes_mean_what_ec2_says() {
        for (code, status, kind) in [
            ("InvalidVpcID.NotFound", 400, ErrorKind::NotFound),
            ("RequestLimitExceeded", 503, ErrorKind::Throttled),
            ("InternalError", 500, ErrorKind::Lost),
            ("VpcLimitExceeded", 400, ErrorKind::Quota),
            ("DependencyViolation", 400, ErrorKind::Conflict),
            ("TargetGroupNotFound", 400, ErrorKind::NotFound),
            ("PriorityInUse", 400, ErrorKind::Conflict),
            ("TooManyTargetGroups", 400, ErrorKind::Quota),
            ("InvalidSubnet.Conflict", 400, ErrorKind::Rejected),
            ("UnauthorizedOperation", 403, ErrorKind::Denied),
            ("CacheClusterNotFound", 404, ErrorKind::NotFound),
            ("CacheSubnetGroupNotFoundFault", 400, ErrorKind::NotFound),
            ("InvalidCacheClusterState", 400, ErrorKind::Conflict),
            ("KMSInvalidStateException", 400, ErrorKind::Conflict),
            ("ResourceExistsException", 400, ErrorKind::Conflict),
            ("ParameterNotFound", 400, ErrorKind::NotFound),
            ("ParameterAlreadyExists", 400, ErrorKind::Conflict),
            ("TooManyUpdates", 400, ErrorKind::Throttled),
            ("LimitExceededException", 400, ErrorKind::Quota),
            ("", 403, ErrorKind::Denied),
            ("NoSuchBucketPolicy", 404, ErrorKind::NotFound),
            ("OwnershipControlsNotFoundError", 404, ErrorKind::NotFound),
            ("BucketNotEmpty", 409, ErrorKind::Conflict),
            ("BucketAlreadyOwnedByYou", 409, ErrorKind::Conflict),
            ("OperationAborted", 409, ErrorKind::Transient),
        ] {
            assert_eq!(kind_of_code(code, status), kind, "{code}");
        }
    }

    /// An answer with this status in which stands nothing that AWS would say.
    fn strange(status: u16) -> ProviderError {
        let response = Response::new(status.try_into().expect("a status"), SdkBody::empty());
        classified("ec2:CreateVpc", &SdkError::service_error(CreateVpcError::unhandled("no root element"), response))
    }

    #[test]
    fn an_answer_that_is_none_of_awss_does_not_tell_what_was_done() {
        let done = strange(200);
        assert_eq!((done.kind, done.message.starts_with("the answer makes no sense: ")), (ErrorKind::Lost, true), "{done}");
        assert_eq!(strange(502).kind, ErrorKind::Lost);
        let denied = strange(403);
        assert_eq!((denied.kind, &*denied.message), (ErrorKind::Denied, "HTTP 403 without a reason"));
        assert!(denied.hint.is_some_and(|hint| hint.starts_with("it may belong to another account")));
    }

    #[test]
    fn auto_scaling_tells_by_words_what_is_not_there() {
        let kind = |code: &str, message: &str| kind_in_words(code, message).unwrap_or_else(|| kind_of_code(code, 400));
        for (message, expected) in [
            ("AutoScalingGroup name not found - AutoScalingGroup 'web' not found", ErrorKind::NotFound),
            ("The subnet ID 'subnet-1' does not exist", ErrorKind::NotFound),
            ("Provided Target Groups may not be valid. Please ensure they exist and try again.", ErrorKind::NotFound),
            ("Max bound, 1, must be greater than or equal to min bound, 2", ErrorKind::Rejected),
        ] {
            assert_eq!(kind("ValidationError", message), expected, "{message}");
        }
        assert_eq!(kind("InvalidParameterValue", "the address does not exist"), ErrorKind::Rejected);
        assert_eq!(kind_of_code("ScalingActivityInProgress", 400), ErrorKind::Conflict);
        assert_eq!(kind_of_code("ResourceContention", 500), ErrorKind::Transient);
    }

    #[test]
    fn codes_mean_what_iam_says() {
        for (code, status, kind) in [
            ("NoSuchEntity", 404, ErrorKind::NotFound),
            ("EntityAlreadyExists", 409, ErrorKind::Conflict),
            ("DeleteConflict", 409, ErrorKind::Conflict),
            ("LimitExceeded", 409, ErrorKind::Quota),
            ("ConcurrentModification", 409, ErrorKind::Transient),
            ("MalformedPolicyDocument", 400, ErrorKind::Rejected),
            ("AccessDenied", 403, ErrorKind::Denied),
            ("ServiceFailure", 500, ErrorKind::Lost),
        ] {
            assert_eq!(kind_of_code(code, status), kind, "{code}");
        }
    }
}
