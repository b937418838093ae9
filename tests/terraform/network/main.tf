# The objects of the program `network`, with a key pair and, on demand, a NAT gateway.

terraform {
  required_version = "~> 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }
}

# The endpoint comes from `AWS_ENDPOINT_URL`, the account from the access key. Nothing else of the provider's is switched off.
provider "aws" {
  region = "eu-west-1"
}

variable "nat_instance_type" {
  type    = string
  default = "t3.nano"
}

variable "owner" {
  type    = string
  default = "blog"
}

variable "ssh" {
  description = "Who may log in to the NAT instances."
  type        = list(string)
  default     = ["198.51.100.0/24"]
}

variable "nat_gateway" {
  type    = bool
  default = true
}

locals {
  zones = slice(data.aws_availability_zones.available.names, 0, 2)
  tags  = { owner = var.owner }
}

data "aws_availability_zones" "available" {
  state = "available"
}

data "aws_ssm_parameter" "image" {
  name = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
}

data "aws_caller_identity" "own" {}

resource "aws_vpc" "main" {
  cidr_block           = "10.0.0.0/16"
  enable_dns_hostnames = true
  tags                 = merge(local.tags, { Name = "network" })
}

resource "aws_internet_gateway" "main" {
  vpc_id = aws_vpc.main.id
  tags   = local.tags
}

resource "aws_subnet" "public" {
  count                   = 2
  vpc_id                  = aws_vpc.main.id
  availability_zone       = local.zones[count.index]
  cidr_block              = cidrsubnet(aws_vpc.main.cidr_block, 4, count.index)
  map_public_ip_on_launch = true
  tags                    = merge(local.tags, { Name = "public-${count.index}" })
}

resource "aws_subnet" "private" {
  count             = 2
  vpc_id            = aws_vpc.main.id
  availability_zone = local.zones[count.index]
  cidr_block        = cidrsubnet(aws_vpc.main.cidr_block, 4, 8 + count.index)
  tags              = merge(local.tags, { Name = "private-${count.index}" })
}

resource "aws_route_table" "public" {
  vpc_id = aws_vpc.main.id
  tags   = local.tags
}

resource "aws_route" "internet" {
  route_table_id         = aws_route_table.public.id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.main.id
}

resource "aws_route_table_association" "public" {
  count          = 2
  subnet_id      = aws_subnet.public[count.index].id
  route_table_id = aws_route_table.public.id
}

resource "aws_security_group" "nat" {
  name        = "nat"
  description = "Traffic of the private subnets"
  vpc_id      = aws_vpc.main.id
  tags        = local.tags

  ingress {
    description = "the private subnets"
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = aws_subnet.private[*].cidr_block
  }

  dynamic "ingress" {
    for_each = var.ssh
    content {
      description = "log-in"
      protocol    = "tcp"
      from_port   = 22
      to_port     = 22
      cidr_blocks = [ingress.value]
    }
  }

  egress {
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_key_pair" "nat" {
  key_name   = "nat"
  public_key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f nat"
  tags       = local.tags
}

resource "aws_instance" "nat" {
  count                  = 2
  ami                    = data.aws_ssm_parameter.image.insecure_value
  instance_type          = var.nat_instance_type
  key_name               = aws_key_pair.nat.key_name
  subnet_id              = aws_subnet.public[count.index].id
  vpc_security_group_ids = [aws_security_group.nat.id]
  source_dest_check      = false
  user_data              = "#!/bin/sh\nsysctl -w net.ipv4.ip_forward=1\n"
  tags                   = merge(local.tags, { Name = "nat-${count.index}" })

  metadata_options {
    http_tokens = "required"
  }

  root_block_device {
    volume_type = "gp3"
    volume_size = 10
    encrypted   = true
  }
}

resource "aws_eip" "nat" {
  count  = 2
  domain = "vpc"
  tags   = local.tags
}

resource "aws_eip_association" "nat" {
  count         = 2
  allocation_id = aws_eip.nat[count.index].id
  instance_id   = aws_instance.nat[count.index].id
}

resource "aws_route_table" "private" {
  count  = 2
  vpc_id = aws_vpc.main.id
  tags   = local.tags
}

resource "aws_route" "nat" {
  count                  = 2
  route_table_id         = aws_route_table.private[count.index].id
  destination_cidr_block = "0.0.0.0/0"
  network_interface_id   = aws_instance.nat[count.index].primary_network_interface_id
}

resource "aws_route_table_association" "private" {
  count          = 2
  subnet_id      = aws_subnet.private[count.index].id
  route_table_id = aws_route_table.private[count.index].id
}

resource "aws_eip" "gateway" {
  count  = var.nat_gateway ? 1 : 0
  domain = "vpc"
  tags   = local.tags
}

resource "aws_nat_gateway" "spare" {
  count         = var.nat_gateway ? 1 : 0
  subnet_id     = aws_subnet.public[0].id
  allocation_id = aws_eip.gateway[0].id
  tags          = merge(local.tags, { Name = "spare" })
  depends_on    = [aws_internet_gateway.main]
}

output "account" {
  value = data.aws_caller_identity.own.account_id
}

output "vpc" {
  value = aws_vpc.main.id
}

output "nat_addresses" {
  value = aws_eip.nat[*].public_ip
}
