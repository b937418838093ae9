"""The objects of the program `network`, made, listed and deleted by boto3 call by call, as a script would do it that knows them.

Usage: by_hand.py create|plan|destroy FILE, where FILE keeps the ids.
"""

import json
import sys

import boto3

ec2 = boto3.client("ec2", region_name="eu-west-1")
ssm = boto3.client("ssm", region_name="eu-west-1")


def create():
    zones = [zone["ZoneName"] for zone in ec2.describe_availability_zones()["AvailabilityZones"]]
    parameter = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
    image = ssm.get_parameter(Name=parameter)["Parameter"]["Value"]
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)

    def subnet(slot):
        return ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{16 * slot}.0/20", AvailabilityZone=zones[slot // 2])["Subnet"]["SubnetId"]

    def table(*subnets, **target):
        one = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
        ec2.create_route(RouteTableId=one, DestinationCidrBlock="0.0.0.0/0", **target)
        associated = [ec2.associate_route_table(RouteTableId=one, SubnetId=other)["AssociationId"] for other in subnets]
        return {"id": one, "associations": associated}

    public, private = [subnet(0), subnet(2)], [subnet(1), subnet(3)]
    for one in public:
        ec2.modify_subnet_attribute(SubnetId=one, MapPublicIpOnLaunch={"Value": True})
    group = ec2.create_security_group(VpcId=vpc, GroupName="nat", Description="address translation")["GroupId"]
    ec2.authorize_security_group_ingress(
        GroupId=group, IpPermissions=[{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "10.0.0.0/16"}]}]
    )
    tables = [table(*public, GatewayId=gateway)]
    instances, addresses, associations = [], [], []
    for outside, inside in zip(public, private):
        instance = ec2.run_instances(
            ImageId=image, InstanceType="t3.nano", SubnetId=outside, SecurityGroupIds=[group], MinCount=1, MaxCount=1,
            UserData="#!/bin/sh\nsysctl -w net.ipv4.ip_forward=1\n",
        )["Instances"][0]["InstanceId"]
        ec2.get_waiter("instance_running").wait(InstanceIds=[instance])
        ec2.modify_instance_attribute(InstanceId=instance, SourceDestCheck={"Value": False})
        address = ec2.allocate_address(Domain="vpc")["AllocationId"]
        associations.append(ec2.associate_address(AllocationId=address, InstanceId=instance)["AssociationId"])
        instances.append(instance)
        addresses.append(address)
        tables.append(table(inside, InstanceId=instance))
    return {
        "vpc": vpc, "gateway": gateway, "subnets": public + private, "group": group, "tables": tables,
        "instances": instances, "addresses": addresses, "associations": associations,
    }


def plan(made):
    ec2.describe_vpcs(VpcIds=[made["vpc"]])
    ec2.describe_vpc_attribute(VpcId=made["vpc"], Attribute="enableDnsHostnames")
    ec2.describe_internet_gateways(InternetGatewayIds=[made["gateway"]])
    ec2.describe_subnets(SubnetIds=made["subnets"])
    ec2.describe_route_tables(RouteTableIds=[table["id"] for table in made["tables"]])
    ec2.describe_security_groups(GroupIds=[made["group"]])
    ec2.describe_instances(InstanceIds=made["instances"])
    for instance in made["instances"]:
        ec2.describe_instance_attribute(InstanceId=instance, Attribute="userData")
    ec2.describe_addresses(AllocationIds=made["addresses"])


def destroy(made):
    for association in made["associations"]:
        ec2.disassociate_address(AssociationId=association)
    for address in made["addresses"]:
        ec2.release_address(AllocationId=address)
    ec2.terminate_instances(InstanceIds=made["instances"])
    ec2.get_waiter("instance_terminated").wait(InstanceIds=made["instances"])
    for table in made["tables"]:
        for association in table["associations"]:
            ec2.disassociate_route_table(AssociationId=association)
        ec2.delete_route(RouteTableId=table["id"], DestinationCidrBlock="0.0.0.0/0")
        ec2.delete_route_table(RouteTableId=table["id"])
    for subnet in made["subnets"]:
        ec2.delete_subnet(SubnetId=subnet)
    ec2.delete_security_group(GroupId=made["group"])
    ec2.detach_internet_gateway(InternetGatewayId=made["gateway"], VpcId=made["vpc"])
    ec2.delete_internet_gateway(InternetGatewayId=made["gateway"])
    ec2.delete_vpc(VpcId=made["vpc"])


step, file = sys.argv[1:]
if step == "create":
    ids = create()
    with open(file, "w") as out:
        json.dump(ids, out)
else:
    with open(file) as kept:
        {"plan": plan, "destroy": destroy}[step](json.load(kept))
