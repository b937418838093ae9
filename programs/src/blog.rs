//! The blog as one program. Read this file from top to bottom; each part of it is a file in `blog/`.

use blogstack_aws::{acm::CertificateValidation, ec2::Image};
use blogstack_core::{Handle, Problem, Scope, cli::App};
use blogstack_sim::SimBuilder;

use crate::target;

mod alarms;
mod balancer;
mod cache;
mod database;
mod directory;
mod images;
mod names;
mod network;
mod office;
mod peering;
mod salt;
mod server;
mod settings;
mod web;

pub use self::settings::{
    DatabaseSettings, DomainControllerSettings, Engine, ImageSettings, MachineSettings, Mode, NameSettings, NatKind, NetworkSettings,
    OfficeSettings, Region, Settings, WebSettings,
};
use self::{
    balancer::Balancer,
    images::Images,
    network::{Network, Ranges},
    web::Web,
};

/// Everything: what all regions share, and then the same in each region.
pub fn program(s: &Scope, settings: &Settings) {
    let Some(ranges) = ranges(s, settings) else { return };
    let places: Vec<Scope> = settings.regions.iter().map(|region| s.child(&region.name).in_region(&region.name)).collect();
    let Some(first) = settings.regions.first() else { return };

    let zone = names::zone(s, &settings.names);
    let images = images::images(&s.in_region(&first.name), &settings.images);
    let certificates = names::certificates(s, &places, &settings.names, &zone);
    let mut networks = Vec::new();
    for (number, (place, certificate)) in places.iter().zip(&certificates).enumerate() {
        let network = Network::new(&place.child("network"), settings, &ranges, number);
        let balancer = region(place, settings, &network, &images, certificate);
        names::answer(place, &settings.names, &zone, &balancer, places.len() > 1);
        networks.push(network);
    }
    if settings.peering {
        peering::join(&places, &networks);
    }
}

/// The blog in one region.
fn region(s: &Scope, settings: &Settings, network: &Network, images: &Images, certificate: &Handle<CertificateValidation>) -> Balancer {
    let image = s.look_up(Image::by_parameter(settings.machines.image.as_str()));
    office::connect(&s.child("office"), &settings.office, network);
    if let Some(controller) = &settings.domain_controller {
        directory::domain_controller(&s.child("directory"), controller, network);
    }
    let balancer = balancer::balancer(&s.child("balancer"), network, certificate);

    let web = s.child("web");
    let group = web::group(&web, network, &balancer);
    let database = database::database(&s.child("database"), &settings.database, &image, network, &group);
    let cache = cache::cache(&s.child("cache"), &settings.machines.cache_node_type, network, &group);
    salt::master(&s.child("salt"), settings, &image, network, &database, &cache, images);
    Web { scope: &web, settings: &settings.web, image: &image, network, group: &group, balancer: &balancer, images }.declare();
    alarms::alarms(&s.child("alarms"), settings.alarm_topic.as_deref(), &balancer, &database);
    balancer
}

/// The ranges of every region; nothing, when something is wrong with the settings, which is noted.
fn ranges(s: &Scope, settings: &Settings) -> Option<Vec<Ranges>> {
    let mut problems = settings.problems();
    let mut ranges = Vec::new();
    for region in &settings.regions {
        match Ranges::of(region.cidr_block, settings.network.zones) {
            Ok(parts) => ranges.push(parts),
            Err(message) => problems.push(Problem::new(&region.name, message)),
        }
    }
    let is_right = problems.is_empty();
    for problem in problems {
        s.problem(problem);
    }
    is_right.then_some(ranges)
}

/// The parameter in which Canonical names the newest image of Ubuntu.
const UBUNTU: &str = "/aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id";

/// A simulated world with what the program expects to find: an image of Ubuntu, the private image of the domain controller, and what existed
/// before `prod`, its zone and its bucket.
pub fn simulated(sim: SimBuilder) -> SimBuilder {
    let ubuntu = "ami-0a1b2c3d4e5f60718";
    let mut image = blogstack_sim::Image::new("ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-20251212", "099720109477");
    image.id = Some(ubuntu.into());
    image.root_device_name = "/dev/sda1".into();
    let controller = blogstack_sim::Image::new("read-only-domain-controller-2026-01-15", "123456789012");
    let sim = sim.image(image).image(controller).parameter(UBUNTU, ubuntu);
    sim.hosted_zone("Z0123456789ABCDEFGHIJ", "example.com").bucket("blog-example-com-images")
}

/// A stack of the blog, `prod` or `staging`, with its command line. Its settings are in `stacks`.
pub fn app(stack: &str) -> App {
    target::all_on(App::new("blog", stack, program), simulated)
}
