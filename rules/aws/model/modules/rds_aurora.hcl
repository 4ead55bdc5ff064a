# What a call of terraform-aws-modules/rds-aurora/aws stands for: a cluster, and a member for each entry of `instances`.

module "terraform-aws-modules/rds-aurora/aws" {
  versions = ">= 8.0, < 10.0"

  variable "create" { default = true }
  variable "name" { default = "" }
  variable "engine" { default = null }
  variable "engine_version" { default = null }
  variable "engine_mode" { default = "provisioned" }
  variable "instances" { default = {} }
  variable "instance_class" { default = "" }
  variable "storage_encrypted" { default = true }
  variable "skip_final_snapshot" { default = false }
  variable "deletion_protection" {}
  variable "backup_retention_period" {}
  variable "cluster_use_name_prefix" { default = false }

  resource "aws_rds_cluster" "this" {
    count                   = var.create ? 1 : 0
    cluster_identifier      = var.cluster_use_name_prefix ? null : var.name
    engine                  = var.engine
    engine_version          = var.engine_version
    engine_mode             = var.engine_mode
    storage_encrypted       = var.storage_encrypted
    skip_final_snapshot     = var.skip_final_snapshot
    deletion_protection     = var.deletion_protection
    backup_retention_period = var.backup_retention_period
  }

  resource "aws_rds_cluster_instance" "this" {
    for_each           = { for key, own in var.instances : key => own if var.create && var.engine_mode != "serverless" }
    identifier         = try(each.value.identifier, "${var.name}-${each.key}")
    cluster_identifier = aws_rds_cluster.this[0].id
    engine             = var.engine
    instance_class     = try(each.value.instance_class, var.instance_class)
    availability_zone  = try(each.value.availability_zone, null)
  }

  output "cluster_arn" { value = try(aws_rds_cluster.this[0].arn, null) }
  output "cluster_id" { value = try(aws_rds_cluster.this[0].id, null) }
  output "cluster_endpoint" { value = try(aws_rds_cluster.this[0].endpoint, null) }
  output "cluster_reader_endpoint" { value = try(aws_rds_cluster.this[0].reader_endpoint, null) }
  output "cluster_resource_id" { value = try(aws_rds_cluster.this[0].cluster_resource_id, null) }
}

module "terraform-aws-modules/rds-aurora/aws" {
  versions = "~> 10.0"

  variable "create" { default = true }
  variable "name" { default = "" }
  variable "engine" { default = null }
  variable "engine_version" { default = null }
  variable "engine_mode" { default = "provisioned" }
  variable "instances" { default = {} }
  variable "storage_encrypted" { default = true }
  variable "skip_final_snapshot" { default = false }
  variable "deletion_protection" {}
  variable "backup_retention_period" {}
  variable "cluster_use_name_prefix" { default = false }

  resource "aws_rds_cluster" "this" {
    count                   = var.create ? 1 : 0
    cluster_identifier      = var.cluster_use_name_prefix ? null : var.name
    engine                  = var.engine
    engine_version          = var.engine_version
    engine_mode             = var.engine_mode
    storage_encrypted       = var.storage_encrypted
    skip_final_snapshot     = var.skip_final_snapshot
    deletion_protection     = var.deletion_protection
    backup_retention_period = var.backup_retention_period
  }

  resource "aws_rds_cluster_instance" "this" {
    for_each           = { for key, own in var.instances : key => own if var.create && var.engine_mode != "serverless" }
    identifier         = try(each.value.identifier, "${var.name}-${each.key}")
    cluster_identifier = aws_rds_cluster.this[0].id
    engine             = var.engine
    instance_class     = try(each.value.instance_class, null)
    availability_zone  = try(each.value.availability_zone, null)
  }

  output "cluster_arn" { value = try(aws_rds_cluster.this[0].arn, null) }
  output "cluster_id" { value = try(aws_rds_cluster.this[0].id, null) }
  output "cluster_endpoint" { value = try(aws_rds_cluster.this[0].endpoint, null) }
  output "cluster_reader_endpoint" { value = try(aws_rds_cluster.this[0].reader_endpoint, null) }
  output "cluster_resource_id" { value = try(aws_rds_cluster.this[0].cluster_resource_id, null) }
}
