"""Creates, lists, changes and deletes each kind with boto3, with its waiters and paginators.

The environment says where: AWS_ENDPOINT_URL and the credentials. Ends with an error when an answer is not what AWS's
documentation says.
"""

import json
import sys
import uuid

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

ec2 = boto3.client("ec2", config=Config(retries={"total_max_attempts": 1}))
sts = boto3.client("sts")
ssm = boto3.client("ssm")

OWN = [{"Key": "made-by", "Value": "boto3"}]


def tags(kind, name):
    return [{"ResourceType": kind, "Tags": [{"Key": "Name", "Value": name}, *OWN]}]


def wait(waiter, **request):
    ec2.get_waiter(waiter).wait(WaiterConfig={"Delay": 1, "MaxAttempts": 60}, **request)


def every(operation, key, size=5, **request):
    pages = ec2.get_paginator(operation).paginate(PaginationConfig={"PageSize": size}, **request)
    return [entry for page in pages for entry in page[key]]


def refused(code, operation, **request):
    try:
        operation(**request)
    except ClientError as error:
        assert error.response["Error"]["Code"] == code, error
        assert error.response["ResponseMetadata"]["RequestId"], error.response
    else:
        raise AssertionError(f"{operation.__name__} was not refused with {code}")


def of_vpc(vpc):
    return [{"Name": "vpc-id", "Values": [vpc]}]


def vpcs():
    made = ec2.create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=tags("vpc", "main"))["Vpc"]
    vpc = made["VpcId"]
    wait("vpc_available", VpcIds=[vpc])
    ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
    assert ec2.describe_vpc_attribute(VpcId=vpc, Attribute="enableDnsHostnames")["EnableDnsHostnames"]["Value"]
    for index in range(12):
        ec2.create_vpc(CidrBlock=f"10.{index + 1}.0.0/16")
    listed = every("describe_vpcs", "Vpcs")
    assert len({one["VpcId"] for one in listed}) == 13, listed
    for other in listed:
        if other["VpcId"] != vpc:
            ec2.delete_vpc(VpcId=other["VpcId"])
    assert ec2.describe_vpcs(Filters=[{"Name": "tag:made-by", "Values": ["boto*"]}])["Vpcs"][0]["VpcId"] == vpc
    return vpc


def subnets(vpc):
    zones = [zone["ZoneName"] for zone in ec2.describe_availability_zones()["AvailabilityZones"]]
    made = []
    for index in range(7):
        request = {"VpcId": vpc, "CidrBlock": f"10.0.{index}.0/24", "AvailabilityZone": zones[index % len(zones)]}
        made.append(ec2.create_subnet(TagSpecifications=tags("subnet", f"subnet-{index}"), **request)["Subnet"]["SubnetId"])
    wait("subnet_available", SubnetIds=made)
    ec2.modify_subnet_attribute(SubnetId=made[0], MapPublicIpOnLaunch={"Value": True})
    listed = every("describe_subnets", "Subnets", Filters=of_vpc(vpc))
    assert {one["SubnetId"] for one in listed if one["MapPublicIpOnLaunch"]} == {made[0]}, listed
    assert len(listed) == 7
    return made


def internet_gateway(vpc):
    gateway = ec2.create_internet_gateway(TagSpecifications=tags("internet-gateway", "main"))["InternetGateway"]["InternetGatewayId"]
    wait("internet_gateway_exists", InternetGatewayIds=[gateway])
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    refused("Resource.AlreadyAssociated", ec2.attach_internet_gateway, InternetGatewayId=gateway, VpcId=vpc)
    listed = every("describe_internet_gateways", "InternetGateways", Filters=[{"Name": "attachment.vpc-id", "Values": [vpc]}])
    assert listed[0]["Attachments"] == [{"State": "available", "VpcId": vpc}], listed
    return gateway


def route_table(vpc, gateway, subnet):
    table = ec2.create_route_table(VpcId=vpc, ClientToken=str(uuid.UUID(int=1)))["RouteTable"]["RouteTableId"]
    again = ec2.create_route_table(VpcId=vpc, ClientToken=str(uuid.UUID(int=1)))["RouteTable"]["RouteTableId"]
    assert table == again
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    refused("RouteAlreadyExists", ec2.create_route, RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    association = ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)["AssociationId"]
    listed = every("describe_route_tables", "RouteTables", RouteTableIds=[], Filters=of_vpc(vpc))
    assert len(listed) == 2
    own = next(one for one in listed if one["RouteTableId"] == table)
    assert [one["SubnetId"] for one in own["Associations"]] == [subnet]
    assert {one["GatewayId"] for one in own["Routes"]} == {"local", gateway}
    return table, association


def addresses(subnet):
    address = ec2.allocate_address(Domain="vpc", TagSpecifications=tags("elastic-ip", "nat"))
    nat = ec2.create_nat_gateway(SubnetId=subnet, AllocationId=address["AllocationId"])["NatGateway"]["NatGatewayId"]
    wait("nat_gateway_available", NatGatewayIds=[nat])
    listed = every("describe_nat_gateways", "NatGateways", Filter=[{"Name": "subnet-id", "Values": [subnet]}])
    assert listed[0]["NatGatewayAddresses"][0]["PublicIp"] == address["PublicIp"], listed
    ec2.create_tags(Resources=[nat], Tags=OWN)
    return address, nat


def security_group(vpc):
    group = ec2.create_security_group(GroupName="web", Description="the web", VpcId=vpc)["GroupId"]
    wait("security_group_exists", GroupIds=[group])
    permission = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "10.0.0.0/8", "Description": "us"}]}
    rules = ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[permission])["SecurityGroupRules"]
    rule = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "CidrIpv4": "10.0.0.0/8"}
    change = [{"SecurityGroupRuleId": rules[0]["SecurityGroupRuleId"], "SecurityGroupRule": rule}]
    ec2.modify_security_group_rules(GroupId=group, SecurityGroupRules=change)
    listed = every("describe_security_group_rules", "SecurityGroupRules", Filters=[{"Name": "group-id", "Values": [group]}])
    assert sorted(one["FromPort"] for one in listed) == [-1, 80], listed
    assert len(every("describe_security_groups", "SecurityGroups", Filters=of_vpc(vpc))) == 2
    return group


def key_pair():
    made = ec2.create_key_pair(KeyName="boto3", KeyType="ed25519", TagSpecifications=tags("key-pair", "boto3"))
    assert "PRIVATE KEY" in made["KeyMaterial"]
    wait("key_pair_exists", KeyNames=["boto3"])
    ec2.create_tags(Resources=[made["KeyPairId"]], Tags=[{"Key": "Name", "Value": "changed"}])
    listed = ec2.describe_key_pairs(Filters=[{"Name": "tag:Name", "Values": ["changed"]}])["KeyPairs"]
    assert [one["KeyName"] for one in listed] == ["boto3"], listed
    return made["KeyName"]


def instances(subnet, group, key):
    name = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
    image = ssm.get_parameter(Name=name)["Parameter"]["Value"]
    request = {"ImageId": image, "InstanceType": "t3.nano", "SubnetId": subnet, "SecurityGroupIds": [group], "KeyName": key}
    made = ec2.run_instances(MinCount=6, MaxCount=6, UserData="hello", TagSpecifications=tags("instance", "many"), **request)
    ids = [one["InstanceId"] for one in made["Instances"]]
    wait("instance_running", InstanceIds=ids)
    wait("instance_status_ok", InstanceIds=ids)
    listed = [one for entry in every("describe_instances", "Reservations") for one in entry["Instances"]]
    assert {one["InstanceId"] for one in listed} == set(ids)
    assert all(one["PublicIpAddress"] for one in listed), listed
    ec2.stop_instances(InstanceIds=ids[:1])
    wait("instance_stopped", InstanceIds=ids[:1])
    ec2.modify_instance_attribute(InstanceId=ids[0], InstanceType={"Value": "t3.micro"})
    data = ec2.describe_instance_attribute(InstanceId=ids[0], Attribute="userData")["UserData"]["Value"]
    assert data == "aGVsbG8=", data
    ec2.start_instances(InstanceIds=ids[:1])
    wait("instance_running", InstanceIds=ids[:1])
    assert len(every("describe_volumes", "Volumes", Filters=[{"Name": "status", "Values": ["in-use"]}])) == 6
    return ids


def associated(address, instance):
    association = ec2.associate_address(AllocationId=address["AllocationId"], InstanceId=instance)["AssociationId"]
    listed = ec2.describe_addresses(Filters=[{"Name": "instance-id", "Values": [instance]}])["Addresses"]
    assert [one["AssociationId"] for one in listed] == [association], listed
    ec2.disassociate_address(AssociationId=association)


def main():
    assert sts.get_caller_identity()["Account"] == sys.argv[1]
    vpc = vpcs()
    of_subnets = subnets(vpc)
    gateway = internet_gateway(vpc)
    table, association = route_table(vpc, gateway, of_subnets[0])
    address, nat = addresses(of_subnets[0])
    group = security_group(vpc)
    key = key_pair()
    ids = instances(of_subnets[0], group, key)

    ec2.delete_nat_gateway(NatGatewayId=nat)
    wait("nat_gateway_deleted", NatGatewayIds=[nat])
    associated(address, ids[0])
    ec2.release_address(AllocationId=address["AllocationId"])
    refused("DependencyViolation", ec2.delete_vpc, VpcId=vpc)
    ec2.terminate_instances(InstanceIds=ids)
    wait("instance_terminated", InstanceIds=ids)
    ec2.delete_key_pair(KeyName=key)
    ec2.delete_security_group(GroupId=group)
    ec2.disassociate_route_table(AssociationId=association)
    ec2.delete_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0")
    ec2.delete_route_table(RouteTableId=table)
    ec2.detach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    ec2.delete_internet_gateway(InternetGatewayId=gateway)
    for subnet in of_subnets:
        ec2.delete_subnet(SubnetId=subnet)
    ec2.delete_vpc(VpcId=vpc)
    refused("InvalidVpcID.NotFound", ec2.describe_vpcs, VpcIds=[vpc])
    refused("InvalidAction", ec2.describe_fpga_images)
    print(json.dumps({"kinds": 12}))


main()
