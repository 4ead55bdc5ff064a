# What a call of terraform-aws-modules/vpc/aws stands for where the module is not there: networks, subnets, gateways and routes. Subnets lie in
# the zones of `azs` in turn. Without further arguments each private subnet has a NAT gateway of its own once `enable_nat_gateway` is set.

module "terraform-aws-modules/vpc/aws" {
  versions = ">= 5.0, < 7.0"
  others = [
    "aws_cloudwatch_log_group", "aws_customer_gateway", "aws_default_network_acl", "aws_default_route_table",
    "aws_default_security_group", "aws_default_vpc", "aws_egress_only_internet_gateway", "aws_iam_policy",
    "aws_iam_role", "aws_iam_role_policy_attachment", "aws_network_acl", "aws_network_acl_rule", "aws_route",
    "aws_vpc_dhcp_options", "aws_vpc_dhcp_options_association", "aws_vpc_ipv4_cidr_block_association",
    "aws_vpn_gateway", "aws_vpn_gateway_attachment", "aws_vpn_gateway_route_propagation",
    "aws_vpc_block_public_access_exclusion", "aws_vpc_block_public_access_options",
  ]

  variable "create_vpc" { default = true }
  variable "name" { default = "" }
  variable "cidr" { default = "10.0.0.0/16" }
  variable "azs" { default = [] }
  variable "enable_dns_hostnames" { default = true }
  variable "enable_dns_support" { default = true }
  variable "public_subnets" { default = [] }
  variable "public_subnet_ipv6_prefixes" { default = [] }
  variable "private_subnets" { default = [] }
  variable "private_subnet_ipv6_prefixes" { default = [] }
  variable "database_subnets" { default = [] }
  variable "database_subnet_ipv6_prefixes" { default = [] }
  variable "elasticache_subnets" { default = [] }
  variable "elasticache_subnet_ipv6_prefixes" { default = [] }
  variable "redshift_subnets" { default = [] }
  variable "redshift_subnet_ipv6_prefixes" { default = [] }
  variable "intra_subnets" { default = [] }
  variable "intra_subnet_ipv6_prefixes" { default = [] }
  variable "outpost_subnets" { default = [] }
  variable "outpost_az" { default = null }
  variable "map_public_ip_on_launch" { default = false }
  variable "create_igw" { default = true }
  variable "enable_nat_gateway" { default = false }
  variable "single_nat_gateway" { default = false }
  variable "one_nat_gateway_per_az" { default = false }
  variable "reuse_nat_ips" { default = false }
  variable "external_nat_ip_ids" { default = [] }
  # Since 6.6; a regional gateway is not described.
  variable "nat_gateway_connectivity_type" { default = null }
  variable "nat_gateway_destination_cidr_block" { default = "0.0.0.0/0" }
  variable "create_private_nat_gateway_route" { default = true }
  variable "create_multiple_public_route_tables" { default = false }
  variable "create_database_subnet_group" { default = true }
  variable "create_database_subnet_route_table" { default = false }
  variable "create_database_nat_gateway_route" { default = false }
  variable "create_database_internet_gateway_route" { default = false }
  variable "create_elasticache_subnet_group" { default = true }
  variable "create_elasticache_subnet_route_table" { default = false }
  variable "create_redshift_subnet_group" { default = true }
  variable "database_subnet_group_name" { default = null }
  variable "elasticache_subnet_group_name" { default = null }
  variable "redshift_subnet_group_name" { default = null }
  variable "enable_flow_log" { default = false }
  variable "flow_log_destination_type" { default = "cloud-watch-logs" }
  variable "flow_log_traffic_type" { default = "ALL" }

  locals {
    vpc_id      = try(aws_vpc.this[0].id, "")
    public      = max(length(var.public_subnets), length(var.public_subnet_ipv6_prefixes))
    private     = max(length(var.private_subnets), length(var.private_subnet_ipv6_prefixes))
    database    = max(length(var.database_subnets), length(var.database_subnet_ipv6_prefixes))
    elasticache = max(length(var.elasticache_subnets), length(var.elasticache_subnet_ipv6_prefixes))
    redshift    = max(length(var.redshift_subnets), length(var.redshift_subnet_ipv6_prefixes))
    intra       = max(length(var.intra_subnets), length(var.intra_subnet_ipv6_prefixes))
    longest     = max(local.private, local.public, local.elasticache, local.database, local.redshift)
    in_turn     = var.single_nat_gateway ? 1 : var.one_nat_gateway_per_az ? length(var.azs) : local.longest
    # How many gateways and tables there are with a regional gateway is not said: the account's number stands for what is not known.
    gateways = var.nat_gateway_connectivity_type == null ? local.in_turn : tonumber(aws_vpc.this[0].owner_id)
    own_database_tables = (
      var.single_nat_gateway || var.create_database_internet_gateway_route ? 1 : local.database
    )
  }

  resource "aws_vpc" "this" {
    count                = var.create_vpc ? 1 : 0
    cidr_block           = var.cidr
    enable_dns_hostnames = var.enable_dns_hostnames
    enable_dns_support   = var.enable_dns_support
  }

  resource "aws_subnet" "public" {
    count                   = var.create_vpc && (!var.one_nat_gateway_per_az || local.public >= length(var.azs)) ? local.public : 0
    vpc_id                  = local.vpc_id
    cidr_block              = try(var.public_subnets[count.index], null)
    availability_zone       = length(regexall("^[a-z]{2}-", element(var.azs, count.index))) > 0 ? element(var.azs, count.index) : null
    availability_zone_id    = length(regexall("^[a-z]{2}-", element(var.azs, count.index))) == 0 ? element(var.azs, count.index) : null
    map_public_ip_on_launch = var.map_public_ip_on_launch
  }

  resource "aws_subnet" "private" {
    count                = var.create_vpc ? local.private : 0
    vpc_id               = local.vpc_id
    cidr_block           = try(var.private_subnets[count.index], null)
    availability_zone    = length(regexall("^[a-z]{2}-", element(var.azs, count.index))) > 0 ? element(var.azs, count.index) : null
    availability_zone_id = length(regexall("^[a-z]{2}-", element(var.azs, count.index))) == 0 ? element(var.azs, count.index) : null
  }

  resource "aws_subnet" "database" {
    count                = var.create_vpc ? local.database : 0
    vpc_id               = local.vpc_id
    cidr_block           = try(var.database_subnets[count.index], null)
    availability_zone    = length(regexall("^[a-z]{2}-", element(var.azs, count.index))) > 0 ? element(var.azs, count.index) : null
    availability_zone_id = length(regexall("^[a-z]{2}-", element(var.azs, count.index))) == 0 ? element(var.azs, count.index) : null
  }

  resource "aws_subnet" "elasticache" {
    count                = var.create_vpc ? local.elasticache : 0
    vpc_id               = local.vpc_id
    cidr_block           = try(var.elasticache_subnets[count.index], null)
    availability_zone    = length(regexall("^[a-z]{2}-", element(var.azs, count.index))) > 0 ? element(var.azs, count.index) : null
    availability_zone_id = length(regexall("^[a-z]{2}-", element(var.azs, count.index))) == 0 ? element(var.azs, count.index) : null
  }

  resource "aws_subnet" "redshift" {
    count                = var.create_vpc ? local.redshift : 0
    vpc_id               = local.vpc_id
    cidr_block           = try(var.redshift_subnets[count.index], null)
    availability_zone    = length(regexall("^[a-z]{2}-", element(var.azs, count.index))) > 0 ? element(var.azs, count.index) : null
    availability_zone_id = length(regexall("^[a-z]{2}-", element(var.azs, count.index))) == 0 ? element(var.azs, count.index) : null
  }

  resource "aws_subnet" "intra" {
    count                = var.create_vpc ? local.intra : 0
    vpc_id               = local.vpc_id
    cidr_block           = try(var.intra_subnets[count.index], null)
    availability_zone    = length(regexall("^[a-z]{2}-", element(var.azs, count.index))) > 0 ? element(var.azs, count.index) : null
    availability_zone_id = length(regexall("^[a-z]{2}-", element(var.azs, count.index))) == 0 ? element(var.azs, count.index) : null
  }

  resource "aws_subnet" "outpost" {
    count             = var.create_vpc ? length(var.outpost_subnets) : 0
    vpc_id            = local.vpc_id
    cidr_block        = var.outpost_subnets[count.index]
    availability_zone = var.outpost_az
  }

  resource "aws_internet_gateway" "this" {
    count  = var.create_vpc && local.public > 0 && var.create_igw ? 1 : 0
    vpc_id = local.vpc_id
  }

  resource "aws_eip" "nat" {
    count  = var.create_vpc && var.enable_nat_gateway && !var.reuse_nat_ips ? local.gateways : 0
    domain = "vpc"
  }

  resource "aws_nat_gateway" "this" {
    count             = var.create_vpc && var.enable_nat_gateway ? local.gateways : 0
    subnet_id         = element(aws_subnet.public[*].id, var.single_nat_gateway ? 0 : count.index)
    allocation_id     = element(var.reuse_nat_ips ? var.external_nat_ip_ids : aws_eip.nat[*].id, var.single_nat_gateway ? 0 : count.index)
    connectivity_type = null
    availability_mode = null
  }

  resource "aws_route_table" "public" {
    count  = var.create_vpc && local.public > 0 ? (var.create_multiple_public_route_tables ? local.public : 1) : 0
    vpc_id = local.vpc_id
    route  = null
  }

  resource "aws_route_table" "private" {
    count  = var.create_vpc && local.private > 0 && local.longest > 0 ? local.gateways : 0
    vpc_id = local.vpc_id
    route  = null
  }

  resource "aws_route_table" "database" {
    count  = var.create_vpc && local.database > 0 && var.create_database_subnet_route_table ? local.own_database_tables : 0
    vpc_id = local.vpc_id
    route  = null
  }

  resource "aws_route_table" "elasticache" {
    count  = var.create_vpc && local.elasticache > 0 && var.create_elasticache_subnet_route_table ? 1 : 0
    vpc_id = local.vpc_id
    route  = null
  }

  resource "aws_route_table" "intra" {
    count  = var.create_vpc && local.intra > 0 ? 1 : 0
    vpc_id = local.vpc_id
    route  = null
  }

  resource "aws_route" "public_internet_gateway" {
    count                  = var.create_vpc && local.public > 0 && var.create_igw ? (var.create_multiple_public_route_tables ? local.public : 1) : 0
    route_table_id         = aws_route_table.public[count.index].id
    destination_cidr_block = "0.0.0.0/0"
    gateway_id             = aws_internet_gateway.this[0].id
    nat_gateway_id         = null
  }

  resource "aws_route" "private_nat_gateway" {
    count                  = var.create_vpc && var.enable_nat_gateway && var.create_private_nat_gateway_route ? local.gateways : 0
    route_table_id         = element(aws_route_table.private[*].id, count.index)
    destination_cidr_block = var.nat_gateway_destination_cidr_block
    nat_gateway_id         = element(aws_nat_gateway.this[*].id, count.index)
    gateway_id             = null
  }

  resource "aws_route" "database_nat_gateway" {
    count = (
      var.create_vpc && local.database > 0 && var.create_database_subnet_route_table &&
      !var.create_database_internet_gateway_route && var.create_database_nat_gateway_route && var.enable_nat_gateway
      ? (var.single_nat_gateway ? 1 : local.database) : 0
    )
    route_table_id         = element(aws_route_table.database[*].id, count.index)
    destination_cidr_block = var.nat_gateway_destination_cidr_block
    nat_gateway_id         = element(aws_nat_gateway.this[*].id, count.index)
    gateway_id             = null
  }

  resource "aws_route_table_association" "public" {
    count          = var.create_vpc ? local.public : 0
    subnet_id      = element(aws_subnet.public[*].id, count.index)
    route_table_id = element(aws_route_table.public[*].id, var.create_multiple_public_route_tables ? count.index : 0)
    gateway_id     = null
  }

  resource "aws_route_table_association" "private" {
    count          = var.create_vpc ? local.private : 0
    subnet_id      = element(aws_subnet.private[*].id, count.index)
    route_table_id = element(aws_route_table.private[*].id, var.single_nat_gateway ? 0 : count.index)
    gateway_id     = null
  }

  resource "aws_route_table_association" "database" {
    count     = var.create_vpc ? local.database : 0
    subnet_id = element(aws_subnet.database[*].id, count.index)
    route_table_id = element(
      var.create_database_subnet_route_table ? aws_route_table.database[*].id : aws_route_table.private[*].id,
      var.create_database_subnet_route_table ? (local.own_database_tables == 1 ? 0 : count.index) : (var.single_nat_gateway ? 0 : count.index),
    )
    gateway_id = null
  }

  resource "aws_route_table_association" "elasticache" {
    count     = var.create_vpc ? local.elasticache : 0
    subnet_id = element(aws_subnet.elasticache[*].id, count.index)
    route_table_id = element(
      var.create_elasticache_subnet_route_table ? aws_route_table.elasticache[*].id : aws_route_table.private[*].id,
      var.single_nat_gateway || var.create_elasticache_subnet_route_table ? 0 : count.index,
    )
    gateway_id = null
  }

  resource "aws_route_table_association" "intra" {
    count          = var.create_vpc ? local.intra : 0
    subnet_id      = element(aws_subnet.intra[*].id, count.index)
    route_table_id = aws_route_table.intra[0].id
    gateway_id     = null
  }

  # Redshift's subnets hang on tables that are not described.
  resource "aws_route_table_association" "redshift" {
    count     = var.create_vpc ? local.redshift : 0
    subnet_id = element(aws_subnet.redshift[*].id, count.index)
  }

  resource "aws_db_subnet_group" "database" {
    count      = var.create_vpc && local.database > 0 && var.create_database_subnet_group ? 1 : 0
    name       = lower(coalesce(var.database_subnet_group_name, var.name))
    subnet_ids = aws_subnet.database[*].id
  }

  resource "aws_elasticache_subnet_group" "elasticache" {
    count      = var.create_vpc && local.elasticache > 0 && var.create_elasticache_subnet_group ? 1 : 0
    name       = coalesce(var.elasticache_subnet_group_name, var.name)
    subnet_ids = aws_subnet.elasticache[*].id
  }

  resource "aws_redshift_subnet_group" "redshift" {
    count      = var.create_vpc && local.redshift > 0 && var.create_redshift_subnet_group ? 1 : 0
    name       = lower(coalesce(var.redshift_subnet_group_name, var.name))
    subnet_ids = aws_subnet.redshift[*].id
  }

  resource "aws_flow_log" "this" {
    count                = var.create_vpc && var.enable_flow_log ? 1 : 0
    vpc_id               = local.vpc_id
    log_destination_type = var.flow_log_destination_type
    traffic_type         = var.flow_log_traffic_type
  }

  output "vpc_id" { value = try(aws_vpc.this[0].id, null) }
  output "vpc_arn" { value = try(aws_vpc.this[0].arn, null) }
  output "vpc_cidr_block" { value = try(aws_vpc.this[0].cidr_block, null) }
  output "default_security_group_id" { value = try(aws_vpc.this[0].default_security_group_id, null) }
  output "igw_id" { value = try(aws_internet_gateway.this[0].id, null) }
  output "public_subnets" { value = aws_subnet.public[*].id }
  output "public_subnet_arns" { value = aws_subnet.public[*].arn }
  output "private_subnets" { value = aws_subnet.private[*].id }
  output "private_subnet_arns" { value = aws_subnet.private[*].arn }
  output "database_subnets" { value = aws_subnet.database[*].id }
  output "elasticache_subnets" { value = aws_subnet.elasticache[*].id }
  output "redshift_subnets" { value = aws_subnet.redshift[*].id }
  output "intra_subnets" { value = aws_subnet.intra[*].id }
  output "private_subnets_cidr_blocks" { value = compact(aws_subnet.private[*].cidr_block) }
  output "public_subnets_cidr_blocks" { value = compact(aws_subnet.public[*].cidr_block) }
  output "database_subnets_cidr_blocks" { value = compact(aws_subnet.database[*].cidr_block) }
  output "database_subnet_group" { value = try(aws_db_subnet_group.database[0].id, null) }
  output "database_subnet_group_name" { value = try(aws_db_subnet_group.database[0].name, null) }
  output "elasticache_subnet_group" { value = try(aws_elasticache_subnet_group.elasticache[0].id, null) }
  output "elasticache_subnet_group_name" { value = try(aws_elasticache_subnet_group.elasticache[0].name, null) }
  output "redshift_subnet_group" { value = try(aws_redshift_subnet_group.redshift[0].id, null) }
  output "public_route_table_ids" { value = aws_route_table.public[*].id }
  output "private_route_table_ids" { value = aws_route_table.private[*].id }
  output "natgw_ids" { value = aws_nat_gateway.this[*].id }
  output "nat_public_ips" { value = aws_eip.nat[*].public_ip }
  output "name" { value = var.name }
  output "azs" { value = var.azs }
}
