//! What instance types are made of: *`DescribeInstanceTypes`*, for the usual families.
//!
//! Source: *`InstanceTypeInfo`*; *Amazon EC2 instance type specifications*: memory follows from family and size.

use crate::context::Context;
use crate::ec2::filter::Filter;
use crate::ec2::instance::type_name;
use crate::ec2::listing::{limit, page};
use crate::failure::Failure;
use crate::protocol::xml::Xml;

/// Families and what a virtual CPU of theirs has of memory, in MiB; none where each size has its own.
const FAMILIES: [(&str, Option<u32>); 18] = [
    ("t3", None),
    ("t3a", None),
    ("t4g", None),
    ("c5", Some(2048)),
    ("c6g", Some(2048)),
    ("c6i", Some(2048)),
    ("c7g", Some(2048)),
    ("c7i", Some(2048)),
    ("m5", Some(4096)),
    ("m6g", Some(4096)),
    ("m6i", Some(4096)),
    ("m7g", Some(4096)),
    ("m7i", Some(4096)),
    ("r5", Some(8192)),
    ("r6g", Some(8192)),
    ("r6i", Some(8192)),
    ("r7g", Some(8192)),
    ("r7i", Some(8192)),
];

/// The sizes of burstable types: virtual CPUs, memory.
const BURSTABLE: [(&str, u32, u32); 7] = [
    ("nano", 2, 512),
    ("micro", 2, 1024),
    ("small", 2, 2048),
    ("medium", 2, 4096),
    ("large", 2, 8192),
    ("xlarge", 4, 16384),
    ("2xlarge", 8, 32768),
];

/// The sizes of the others that all these families have.
const SIZES: [(&str, u32); 4] = [("large", 2), ("xlarge", 4), ("2xlarge", 8), ("4xlarge", 16)];

const FILTERS: [&str; 8] = [
    "bare-metal",
    "burstable-performance-supported",
    "current-generation",
    "hypervisor",
    "instance-type",
    "memory-info.size-in-mib",
    "processor-info.supported-architecture",
    "vcpu-info.default-vcpus",
];

/// An instance type.
struct Type {
    name: String,
    cpus: u32,
    memory: u32,
}

pub(super) fn describe(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let names = context.params.list("InstanceType");
    let limit = limit(context, &(5..=100), "InstanceType", !names.is_empty())?;
    let filters = Filter::read(&context.params, &FILTERS)?;
    let mut types = catalogue();
    let unknown: Vec<&str> = names.iter().filter(|name| !types.iter().any(|own| own.name == **name)).map(String::as_str).collect();
    if !unknown.is_empty() {
        let message = format!("The following supplied instance types do not exist: [{}]", unknown.join(", "));
        return Err(Failure::new("InvalidInstanceType", message));
    }
    types.retain(|own| names.is_empty() || names.contains(&own.name));
    types.retain(|own| filters.iter().all(|filter| filter.passes(None, |name| vec![own.field(name)])));
    let page = page(types, limit, context.params.text("NextToken"), |own| &own.name)?;
    let mut xml = Xml::new();
    xml.items("instanceTypeSet", page.entries, |xml, own| own.write(xml));
    xml.maybe("nextToken", page.next);
    Ok(xml)
}

/// Every type that is known, by name.
fn catalogue() -> Vec<Type> {
    let mut types: Vec<Type> = FAMILIES.iter().flat_map(|(family, per_cpu)| of_family(family, *per_cpu)).collect();
    types.sort_by(|one, other| one.name.cmp(&other.name));
    types
}

/// The names of all types that are known, in their order.
pub(super) fn names() -> Vec<String> {
    catalogue().into_iter().map(|own| own.name).collect()
}

fn of_family(family: &str, per_cpu: Option<u32>) -> Vec<Type> {
    let own = |size: &str, cpus: u32, memory: u32| Type { name: format!("{family}.{size}"), cpus, memory };
    match per_cpu {
        Some(per_cpu) => SIZES.iter().map(|(size, cpus)| own(size, *cpus, cpus.saturating_mul(per_cpu))).collect(),
        None => BURSTABLE.iter().map(|(size, cpus, memory)| own(size, *cpus, *memory)).collect(),
    }
}

impl Type {
    fn is_burstable(&self) -> bool {
        type_name::default_credits(&self.name).is_some()
    }

    fn field(&self, name: &str) -> String {
        match name {
            "bare-metal" => false.to_string(),
            "burstable-performance-supported" => self.is_burstable().to_string(),
            "current-generation" => true.to_string(),
            "hypervisor" => "nitro".to_owned(),
            "instance-type" => self.name.clone(),
            "memory-info.size-in-mib" => self.memory.to_string(),
            "vcpu-info.default-vcpus" => self.cpus.to_string(),
            _ => type_name::architecture(&self.name).to_owned(),
        }
    }

    fn write(&self, xml: &mut Xml) {
        let architecture = type_name::architecture(&self.name);
        let threads = if architecture == "arm64" { 1 } else { 2 };
        xml.text("instanceType", &self.name).text("currentGeneration", true);
        xml.text("freeTierEligible", ["t3.micro", "t4g.small"].contains(&self.name.as_str()));
        xml.texts("supportedUsageClasses", ["on-demand", "spot"]).texts("supportedRootDeviceTypes", ["ebs"]);
        xml.texts("supportedVirtualizationTypes", ["hvm"]).text("bareMetal", false).text("hypervisor", "nitro");
        xml.nest("processorInfo", |xml| {
            xml.texts("supportedArchitectures", [architecture]);
        });
        xml.nest("vCpuInfo", |xml| {
            xml.text("defaultVCpus", self.cpus).text("defaultCores", self.cpus / threads).text("defaultThreadsPerCore", threads);
        });
        xml.nest("memoryInfo", |xml| {
            xml.text("sizeInMiB", self.memory);
        });
        xml.text("instanceStorageSupported", false);
        xml.nest("ebsInfo", |xml| {
            xml.text("ebsOptimizedSupport", "default").text("encryptionSupport", "supported").text("nvmeSupport", "required");
        });
        xml.nest("networkInfo", |xml| self.write_network(xml));
        xml.nest("placementGroupInfo", |xml| {
            xml.texts("supportedStrategies", ["partition", "spread"]);
        });
        xml.text("burstablePerformanceSupported", self.is_burstable()).text("dedicatedHostsSupported", !self.is_burstable());
        xml.text("autoRecoverySupported", true);
    }

    fn write_network(&self, xml: &mut Xml) {
        let (interfaces, addresses) = self.interfaces();
        xml.text("maximumNetworkInterfaces", interfaces).text("maximumNetworkCards", 1).text("defaultNetworkCardIndex", 0);
        xml.text("ipv4AddressesPerInterface", addresses).text("ipv6AddressesPerInterface", addresses).text("ipv6Supported", true);
        xml.text("enaSupport", "required").text("efaSupported", false);
    }

    /// How many interfaces an instance may have, and each of them addresses: *IP addresses per network interface*, as of `t3` and `m5`.
    fn interfaces(&self) -> (u32, u32) {
        let burstable = self.is_burstable();
        match self.name.split('.').next_back().unwrap_or_default() {
            "nano" | "micro" => (2, 2),
            "small" => (3, 4),
            "medium" => (3, 6),
            "large" => (3, if burstable { 12 } else { 10 }),
            "4xlarge" => (8, 30),
            _ => (4, 15),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{World, value, values};

    #[tokio::test(start_paused = true)]
    async fn a_type_tells_what_it_is_made_of() {
        let world = World::new();
        let nano = world.ok("DescribeInstanceTypes", &[("InstanceType.1", "t3.nano")]).await;
        assert_eq!((value(&nano, "sizeInMiB"), value(&nano, "burstablePerformanceSupported")), ("512".to_owned(), "true".to_owned()));
        let large = world.ok("DescribeInstanceTypes", &[("InstanceType.1", "r7g.2xlarge")]).await;
        assert_eq!((value(&large, "sizeInMiB"), value(&large, "defaultVCpus")), ("65536".to_owned(), "8".to_owned()));
        assert!(large.contains("<supportedArchitectures><item>arm64</item></supportedArchitectures>"), "{large}");
        let message = world.refused("DescribeInstanceTypes", &[("InstanceType.1", "t3.huge")], "InvalidInstanceType").await;
        assert!(message.ends_with("[t3.huge]"));
    }

    #[tokio::test(start_paused = true)]
    async fn types_are_listed_by_filters_and_pages() {
        let world = World::new();
        let request = [
            ("Filter.1.Name", "burstable-performance-supported"),
            ("Filter.1.Value.1", "true"),
            ("Filter.2.Name", "processor-info.supported-architecture"),
            ("Filter.2.Value.1", "arm64"),
            ("MaxResults", "5"),
        ];
        let first = world.ok("DescribeInstanceTypes", &request).await;
        let token = value(&first, "nextToken");
        let mut next = request.to_vec();
        next.push(("NextToken", &token));
        let second = world.ok("DescribeInstanceTypes", &next).await;
        let names = [values(&first, "instanceType"), values(&second, "instanceType")].concat();
        assert_eq!(names.len(), 7);
        assert!(names.iter().all(|name| name.starts_with("t4g.")), "{names:?}");
    }
}
