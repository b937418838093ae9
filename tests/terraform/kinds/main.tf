# Each kind by the other names that the provider has for it: rules by themselves, look-ups, an instance with all its settings.
# With `changed` everything that can change in place does.

terraform {
  required_version = "~> 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }
}

provider "aws" {
  region = "eu-west-1"
}

variable "changed" {
  type    = bool
  default = false
}

locals {
  tags = { owner = var.changed ? "other" : "blog" }
}

resource "aws_vpc" "main" {
  cidr_block                           = "10.0.0.0/16"
  enable_dns_hostnames                 = !var.changed
  enable_network_address_usage_metrics = var.changed
  tags                                 = local.tags
}

resource "aws_subnet" "main" {
  vpc_id                                      = aws_vpc.main.id
  availability_zone                           = data.aws_availability_zone.found.name
  cidr_block                                  = "10.0.1.0/24"
  private_dns_hostname_type_on_launch         = var.changed ? "resource-name" : "ip-name"
  enable_resource_name_dns_a_record_on_launch = var.changed
  tags                                        = local.tags
}

resource "aws_internet_gateway" "main" {
  vpc_id = aws_vpc.main.id
}

resource "aws_route_table" "main" {
  count  = 2
  vpc_id = aws_vpc.main.id

  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.main.id
  }
}

resource "aws_main_route_table_association" "main" {
  vpc_id         = aws_vpc.main.id
  route_table_id = aws_route_table.main[var.changed ? 1 : 0].id
}

resource "aws_route_table_association" "main" {
  subnet_id      = aws_subnet.main.id
  route_table_id = aws_route_table.main[var.changed ? 1 : 0].id
}

resource "aws_default_security_group" "default" {
  vpc_id = aws_vpc.main.id
}

resource "aws_security_group" "web" {
  count  = 2
  name   = "web-${count.index}"
  vpc_id = aws_vpc.main.id

  # One of the tags is a resource of its own.
  lifecycle {
    ignore_changes = [tags]
  }
}

resource "aws_ec2_tag" "web" {
  resource_id = aws_security_group.web[0].id
  key         = "owner"
  value       = local.tags.owner
}

resource "aws_vpc_security_group_ingress_rule" "web" {
  security_group_id = aws_security_group.web[0].id
  description       = var.changed ? "changed" : "the web"
  cidr_ipv4         = var.changed ? "10.0.0.0/9" : "10.0.0.0/8"
  ip_protocol       = "tcp"
  from_port         = 80
  to_port           = 80
  tags              = local.tags
}

resource "aws_vpc_security_group_egress_rule" "all" {
  security_group_id            = aws_security_group.web[0].id
  referenced_security_group_id = aws_security_group.web[1].id
  ip_protocol                  = "-1"
}

resource "aws_security_group_rule" "https" {
  type              = "ingress"
  security_group_id = aws_security_group.web[1].id
  cidr_blocks       = ["192.168.0.0/16"]
  protocol          = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_key_pair" "main" {
  key_name   = "main"
  public_key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f main"
}

resource "aws_instance" "web" {
  ami                                  = data.aws_ami.found.id
  instance_type                        = data.aws_ec2_instance_type.found.instance_type
  key_name                             = aws_key_pair.main.key_name
  subnet_id                            = aws_subnet.main.id
  private_ip                           = "10.0.1.20"
  vpc_security_group_ids               = [aws_security_group.web[var.changed ? 1 : 0].id]
  iam_instance_profile                 = var.changed ? "other" : "web"
  user_data                            = "#!/bin/sh\ntrue\n"
  monitoring                           = !var.changed
  ebs_optimized                        = true
  disable_api_stop                     = var.changed
  instance_initiated_shutdown_behavior = var.changed ? "terminate" : "stop"
  tags                                 = local.tags

  credit_specification {
    cpu_credits = var.changed ? "unlimited" : "standard"
  }

  metadata_options {
    http_tokens                 = "required"
    http_put_response_hop_limit = var.changed ? 3 : 2
  }

  root_block_device {
    volume_type = "gp3"
    volume_size = var.changed ? 20 : 12
    iops        = 4000
    throughput  = var.changed ? 200 : 125
    tags        = local.tags
  }
}

resource "aws_eip" "web" {
  instance   = aws_instance.web.id
  domain     = "vpc"
  depends_on = [aws_internet_gateway.main]
}

# A private gateway needs no address.
resource "aws_nat_gateway" "private" {
  subnet_id         = aws_subnet.main.id
  connectivity_type = "private"
  tags              = local.tags
}

data "aws_vpc" "found" {
  id = aws_vpc.main.id
}

data "aws_subnets" "found" {
  filter {
    name   = "vpc-id"
    values = [aws_vpc.main.id]
  }
}

data "aws_subnet" "found" {
  id = aws_subnet.main.id
}

data "aws_ami" "found" {
  most_recent = true
  owners      = ["amazon"]
  filter {
    name   = "name"
    values = ["al2023-ami-2023.*-x86_64"]
  }
}

data "aws_instances" "found" {
  instance_tags = local.tags
  depends_on    = [aws_instance.web]
}

data "aws_instance" "found" {
  instance_id = aws_instance.web.id
}

data "aws_eip" "found" {
  id = aws_eip.web.id
}

data "aws_eips" "found" {}

data "aws_nat_gateway" "found" {
  id = aws_nat_gateway.private.id
}

data "aws_nat_gateways" "found" {
  vpc_id = aws_vpc.main.id
}

data "aws_internet_gateway" "found" {
  internet_gateway_id = aws_internet_gateway.main.id
}

data "aws_route_table" "found" {
  subnet_id  = aws_subnet.main.id
  depends_on = [aws_route_table_association.main]
}

data "aws_route_tables" "found" {
  vpc_id = aws_vpc.main.id
}

data "aws_route" "found" {
  route_table_id         = aws_route_table.main[0].id
  destination_cidr_block = "0.0.0.0/0"
  depends_on             = [aws_route_table.main]
}

data "aws_security_group" "found" {
  id = aws_security_group.web[0].id
}

data "aws_security_groups" "found" {
  filter {
    name   = "vpc-id"
    values = [aws_vpc.main.id]
  }
}

data "aws_key_pair" "found" {
  key_name           = aws_key_pair.main.key_name
  include_public_key = true
}

data "aws_ec2_instance_type" "found" {
  instance_type = "t3.micro"
}

data "aws_ec2_instance_types" "found" {
  filter {
    name   = "burstable-performance-supported"
    values = ["true"]
  }
}

data "aws_availability_zone" "found" {
  name = "eu-west-1a"
}

data "aws_regions" "all" {}

data "aws_region" "current" {}

data "aws_vpcs" "found" {}

data "aws_network_interface" "found" {
  id = aws_instance.web.primary_network_interface_id
}

data "aws_network_interfaces" "found" {}

data "aws_ebs_volume" "found" {
  filter {
    name   = "volume-id"
    values = [aws_instance.web.root_block_device[0].volume_id]
  }
}

data "aws_ebs_volumes" "found" {}

data "aws_vpc_security_group_rules" "found" {
  filter {
    name   = "group-id"
    values = [aws_security_group.web[0].id]
  }
}

data "aws_ec2_instance_type_offerings" "found" {
  location_type = "availability-zone"
  filter {
    name   = "instance-type"
    values = ["t3.nano"]
  }
}

data "aws_vpc_dhcp_options" "found" {
  dhcp_options_id = aws_vpc.main.dhcp_options_id
}

data "aws_network_acls" "found" {
  vpc_id = aws_vpc.main.id
}

data "aws_ami_ids" "found" {
  owners = ["amazon"]
}
