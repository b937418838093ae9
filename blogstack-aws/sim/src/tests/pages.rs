//! Listings come page by page.

use crate::testing::{World, values};

async fn world(vpcs: usize) -> World {
    let world = World::new();
    for _ in 0..vpcs {
        world.vpc().await;
    }
    world
}

async fn pages(world: &World, size: &str) -> Vec<Vec<String>> {
    let mut pages = Vec::new();
    let mut token: Option<String> = None;
    loop {
        let mut request = vec![("MaxResults", size)];
        request.extend(token.as_deref().map(|token| ("NextToken", token)));
        let page = world.ok("DescribeVpcs", &request).await;
        pages.push(values(&page, "vpcId"));
        match values(&page, "nextToken").pop() {
            Some(next) => token = Some(next),
            None => return pages,
        }
    }
}

#[tokio::test(start_paused = true)]
async fn pages_hold_everything_once() {
    let world = world(12).await;
    let pages = pages(&world, "5").await;
    assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [5, 5, 2]);
    assert_eq!(pages.concat(), values(&world.ok("DescribeVpcs", &[]).await, "vpcId"));
}

#[tokio::test(start_paused = true)]
async fn a_full_last_page_has_no_token() {
    assert_eq!(pages(&world(10).await, "5").await.len(), 2);
    assert_eq!(pages(&world(0).await, "5").await, [Vec::<String>::new()]);
}

#[tokio::test(start_paused = true)]
async fn sizes_have_bounds_and_exclude_ids() {
    let world = world(1).await;
    let vpc = world.get("DescribeVpcs", &[], "vpcId").await;
    world.refused("DescribeVpcs", &[("MaxResults", "4")], "InvalidParameterValue").await;
    world.refused("DescribeVpcs", &[("MaxResults", "1001")], "InvalidParameterValue").await;
    world.refused("DescribeVpcs", &[("MaxResults", "5"), ("VpcId.1", &vpc)], "InvalidParameterCombination").await;
    world.refused("DescribeVpcs", &[("NextToken", "?")], "InvalidNextToken").await;
}

#[tokio::test(start_paused = true)]
async fn one_missing_id_fails_the_whole_listing() {
    let world = world(1).await;
    let vpc = world.get("DescribeVpcs", &[], "vpcId").await;
    let request = [("VpcId.1", vpc.as_str()), ("VpcId.2", "vpc-00000000000000000")];
    world.refused("DescribeVpcs", &request, "InvalidVpcID.NotFound").await;
}
