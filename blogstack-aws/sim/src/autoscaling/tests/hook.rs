use super::{Site, value, values};
use crate::delays::Delays;

async fn hooked(transition: &str, result: &str) -> Site {
    let site = Site::with(Delays::realistic()).await;
    site.group(["0", "1"], &[]).await;
    let hook = [("LifecycleHookName", "own"), ("LifecycleTransition", transition), ("HeartbeatTimeout", "120"), ("DefaultResult", result)];
    site.ok("PutLifecycleHook", &hook).await;
    site.ok("SetDesiredCapacity", &[("DesiredCapacity", "1")]).await;
    site.wait(16);
    site
}

const LAUNCHING: &str = "autoscaling:EC2_INSTANCE_LAUNCHING";

#[tokio::test(start_paused = true)]
async fn an_instance_waits_until_it_is_let_go() {
    let site = hooked(LAUNCHING, "ABANDON").await;
    assert_eq!(site.states().await, ["Pending:Wait"]);
    let instance = site.instances().await.remove(0);
    let own = [("LifecycleHookName", "own"), ("InstanceId", &instance)];
    site.wait(100);
    site.ok("RecordLifecycleActionHeartbeat", &own).await;
    site.wait(100);
    assert_eq!(site.states().await, ["Pending:Wait"]);
    site.ok("CompleteLifecycleAction", &[&own[..], &[("LifecycleActionResult", "CONTINUE")]].concat()).await;
    assert_eq!(site.states().await, ["InService"]);
    site.refused("CompleteLifecycleAction", &[&own[..], &[("LifecycleActionResult", "CONTINUE")]].concat(), "ValidationError").await;
}

#[tokio::test(start_paused = true)]
async fn in_time_the_default_result_counts() {
    let site = hooked(LAUNCHING, "CONTINUE").await;
    site.wait(121);
    assert_eq!(site.states().await, ["InService"]);
    let site = hooked(LAUNCHING, "ABANDON").await;
    let first = site.instances().await;
    site.wait(200);
    assert_ne!(site.instances().await, first, "another one is tried");
    assert!(values(&site.ok("DescribeScalingActivities", &[]).await, "StatusCode").contains(&"Failed".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn an_instance_takes_its_farewell() {
    let site = hooked("autoscaling:EC2_INSTANCE_TERMINATING", "CONTINUE").await;
    assert_eq!(site.states().await, ["InService"]);
    site.ok("SetDesiredCapacity", &[("DesiredCapacity", "0")]).await;
    assert_eq!(site.states().await, ["Terminating:Wait"]);
    site.ok("DeleteLifecycleHook", &[("LifecycleHookName", "own")]).await;
    assert_eq!(site.states().await, ["Terminating:Proceed"]);
    site.wait(41);
    assert!(site.instances().await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_hook_is_made_whole_and_changed_in_part() {
    let site = hooked(LAUNCHING, "ABANDON").await;
    site.ok("PutLifecycleHook", &[("LifecycleHookName", "own"), ("HeartbeatTimeout", "60")]).await;
    let described = site.ok("DescribeLifecycleHooks", &[]).await;
    assert_eq!((value(&described, "HeartbeatTimeout"), value(&described, "GlobalTimeout")), ("60".into(), "6000".into()));
    assert_eq!((value(&described, "LifecycleTransition"), value(&described, "DefaultResult")), (LAUNCHING.into(), "ABANDON".into()));
    site.refused("PutLifecycleHook", &[("LifecycleHookName", "other")], "ValidationError").await;
    site.refused("PutLifecycleHook", &[("LifecycleHookName", "own"), ("HeartbeatTimeout", "29")], "ValidationError").await;
}
