# What a call of terraform-aws-modules/elasticache/aws stands for: a replication group. How many nodes it has is not described, nor is any default that could differ within these versions.

module "terraform-aws-modules/elasticache/aws" {
  versions = "~> 1.0"

  variable "create" { default = true }
  variable "create_replication_group" {}
  variable "replication_group_id" { default = null }
  variable "engine_version" { default = null }
  variable "node_type" { default = null }
  variable "multi_az_enabled" {}
  variable "snapshot_retention_limit" {}
  variable "transit_encryption_enabled" {}
  variable "at_rest_encryption_enabled" {}

  resource "aws_elasticache_replication_group" "this" {
    count                      = var.create && var.create_replication_group ? 1 : 0
    replication_group_id       = var.replication_group_id
    engine_version             = var.engine_version
    node_type                  = var.node_type
    multi_az_enabled           = var.multi_az_enabled
    snapshot_retention_limit   = var.snapshot_retention_limit
    transit_encryption_enabled = var.transit_encryption_enabled
    at_rest_encryption_enabled = var.at_rest_encryption_enabled
  }

  output "replication_group_arn" { value = try(aws_elasticache_replication_group.this[0].arn, null) }
  output "replication_group_id" { value = try(aws_elasticache_replication_group.this[0].id, null) }
  output "replication_group_primary_endpoint_address" { value = try(aws_elasticache_replication_group.this[0].primary_endpoint_address, null) }
}
