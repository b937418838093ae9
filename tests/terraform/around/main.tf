# What stands around subnets: rules between groups, DHCP options, ACLs, interfaces, endpoints, flow logs. With `changed` everything that
# can change in place does.

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
  cidr_block           = "10.0.0.0/16"
  enable_dns_hostnames = true
}

resource "aws_subnet" "main" {
  count             = 2
  vpc_id            = aws_vpc.main.id
  availability_zone = "eu-west-1${count.index == 0 ? "a" : "b"}"
  cidr_block        = "10.0.${count.index}.0/24"
}

resource "aws_route_table" "main" {
  vpc_id = aws_vpc.main.id
}

resource "aws_vpc_dhcp_options" "main" {
  domain_name         = "example.com"
  domain_name_servers = ["10.0.0.9", "AmazonProvidedDNS"]
  tags                = local.tags
}

resource "aws_vpc_dhcp_options_association" "main" {
  vpc_id          = aws_vpc.main.id
  dhcp_options_id = aws_vpc_dhcp_options.main.id
}

resource "aws_network_acl" "main" {
  vpc_id     = aws_vpc.main.id
  subnet_ids = [aws_subnet.main[0].id]
  tags       = local.tags

  ingress {
    rule_no    = 100
    action     = "allow"
    protocol   = "tcp"
    cidr_block = var.changed ? "10.0.0.0/8" : "0.0.0.0/0"
    from_port  = 443
    to_port    = 443
  }

  egress {
    rule_no    = var.changed ? 110 : 100
    action     = "allow"
    protocol   = "icmp"
    cidr_block = "0.0.0.0/0"
    from_port  = 0
    to_port    = 0
    icmp_type  = 8
    icmp_code  = -1
  }
}

resource "aws_network_acl_association" "main" {
  subnet_id      = aws_subnet.main[1].id
  network_acl_id = aws_network_acl.alone.id
}

resource "aws_network_acl" "alone" {
  vpc_id = aws_vpc.main.id

  # The subnets are a resource of their own.
  lifecycle {
    ignore_changes = [subnet_ids]
  }
}

resource "aws_network_acl_rule" "main" {
  network_acl_id = aws_network_acl.alone.id
  rule_number    = 200
  egress         = false
  protocol       = "-1"
  rule_action    = "allow"
  cidr_block     = "10.0.0.0/16"
}

resource "aws_security_group" "main" {
  count       = 2
  name        = "group-${count.index}"
  description = "one of two"
  vpc_id      = aws_vpc.main.id
}

resource "aws_vpc_security_group_ingress_rule" "main" {
  count                        = 2
  security_group_id            = aws_security_group.main[count.index].id
  referenced_security_group_id = aws_security_group.main[1 - count.index].id
  ip_protocol                  = "tcp"
  from_port                    = var.changed ? 81 : 80
  to_port                      = var.changed ? 81 : 80
}

resource "aws_network_interface" "main" {
  subnet_id         = aws_subnet.main[0].id
  private_ips       = ["10.0.0.10"]
  security_groups   = [aws_security_group.main[var.changed ? 1 : 0].id]
  description       = local.tags.owner
  source_dest_check = var.changed
}

resource "aws_vpc_endpoint" "s3" {
  vpc_id          = aws_vpc.main.id
  service_name    = "com.amazonaws.eu-west-1.s3"
  route_table_ids = var.changed ? [] : [aws_route_table.main.id]
  tags            = local.tags
}

resource "aws_vpc_endpoint" "ssm" {
  vpc_id              = aws_vpc.main.id
  service_name        = "com.amazonaws.eu-west-1.ssm"
  vpc_endpoint_type   = "Interface"
  subnet_ids          = [aws_subnet.main[var.changed ? 1 : 0].id]
  security_group_ids  = [aws_security_group.main[var.changed ? 1 : 0].id]
  private_dns_enabled = !var.changed
}

resource "aws_flow_log" "main" {
  vpc_id               = aws_vpc.main.id
  traffic_type         = "ALL"
  log_destination_type = "s3"
  log_destination      = "arn:aws:s3:::logs-of-tests"
  tags                 = local.tags
}
