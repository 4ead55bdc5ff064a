# What a call of terraform-aws-modules/autoscaling/aws stands for: an Auto Scaling group. Its template and its policies are not described.

module "terraform-aws-modules/autoscaling/aws" {
  versions = ">= 7.0, < 10.0"

  variable "create" { default = true }
  variable "ignore_desired_capacity_changes" { default = false }
  variable "name" {}
  variable "use_name_prefix" { default = true }
  variable "min_size" { default = null }
  variable "max_size" { default = null }
  variable "desired_capacity" { default = null }
  variable "vpc_zone_identifier" { default = null }
  variable "availability_zones" { default = null }
  variable "health_check_type" { default = null }
  variable "health_check_grace_period" { default = null }
  variable "capacity_rebalance" { default = null }

  resource "aws_autoscaling_group" "this" {
    count                     = var.create && !var.ignore_desired_capacity_changes ? 1 : 0
    name                      = var.use_name_prefix ? null : var.name
    min_size                  = var.min_size
    max_size                  = var.max_size
    desired_capacity          = var.desired_capacity
    vpc_zone_identifier       = var.vpc_zone_identifier
    availability_zones        = var.availability_zones
    health_check_type         = var.health_check_type
    health_check_grace_period = var.health_check_grace_period
    capacity_rebalance        = var.capacity_rebalance
  }

  resource "aws_autoscaling_group" "idc" {
    count                     = var.create && var.ignore_desired_capacity_changes ? 1 : 0
    name                      = var.use_name_prefix ? null : var.name
    min_size                  = var.min_size
    max_size                  = var.max_size
    desired_capacity          = var.desired_capacity
    vpc_zone_identifier       = var.vpc_zone_identifier
    availability_zones        = var.availability_zones
    health_check_type         = var.health_check_type
    health_check_grace_period = var.health_check_grace_period
    capacity_rebalance        = var.capacity_rebalance
  }

  output "autoscaling_group_id" { value = try(aws_autoscaling_group.this[0].id, aws_autoscaling_group.idc[0].id, null) }
  output "autoscaling_group_name" { value = try(aws_autoscaling_group.this[0].name, aws_autoscaling_group.idc[0].name, null) }
  output "autoscaling_group_arn" { value = try(aws_autoscaling_group.this[0].arn, aws_autoscaling_group.idc[0].arn, null) }
}
