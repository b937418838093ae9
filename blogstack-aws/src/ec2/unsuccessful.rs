//! Answers that succeed with failures inside: `CreateFlowLogs`, `DeleteFlowLogs`, `DeleteVpcEndpoints`.

use aws_sdk_ec2::types::UnsuccessfulItem;
use blogstack_core::provider::Result;

use crate::call;

/// The first failure inside an answer, as if the call itself had failed.
pub(super) fn none(operation: &'static str, unsuccessful: Option<Vec<UnsuccessfulItem>>) -> Result<()> {
    match unsuccessful.into_iter().flatten().find_map(|item| item.error) {
        None => Ok(()),
        Some(error) => Err(call::refused(operation, error.code.unwrap_or_default(), error.message)),
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_ec2::types::UnsuccessfulItemError;
    use blogstack_core::provider::ErrorKind;

    use super::*;

    fn failed(code: &str) -> Vec<UnsuccessfulItem> {
        let error = UnsuccessfulItemError::builder().code(code).message("it is needed").build();
        vec![UnsuccessfulItem::builder().resource_id("vpce-1").error(error).build()]
    }

    #[test]
    fn a_failure_inside_a_success_is_a_failure() {
        assert_eq!((none("ec2:DeleteFlowLogs", None), none("ec2:DeleteFlowLogs", Some(Vec::new()))), (Ok(()), Ok(())));
        let error = none("ec2:DeleteFlowLogs", Some(failed("DependencyViolation"))).expect_err("it failed");
        assert!(error.is_code("DependencyViolation") && error.kind == ErrorKind::Conflict && error.message == "it is needed");
        let gone = none("ec2:DeleteFlowLogs", Some(failed("InvalidFlowLogId.NotFound"))).expect_err("it is gone");
        assert_eq!(gone.kind, ErrorKind::NotFound);
    }
}
