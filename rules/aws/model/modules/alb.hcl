# What a call of terraform-aws-modules/alb/aws stands for: a load balancer. Listeners and target groups are not described.

module "terraform-aws-modules/alb/aws" {
  versions = ">= 9.0, < 11.0"

  variable "create" { default = true }
  variable "name" { default = null }
  variable "use_name_prefix" { default = false }
  variable "internal" { default = null }
  variable "load_balancer_type" { default = "application" }
  variable "subnets" { default = null }
  variable "subnet_mapping" { default = [] }
  variable "access_logs" { default = {} }
  variable "enable_deletion_protection" { default = true }
  variable "enable_cross_zone_load_balancing" { default = true }

  resource "aws_lb" "this" {
    count                            = var.create ? 1 : 0
    name                             = var.use_name_prefix ? null : var.name
    internal                         = var.internal
    load_balancer_type               = var.load_balancer_type
    subnets                          = var.subnets
    enable_deletion_protection       = var.enable_deletion_protection
    enable_cross_zone_load_balancing = var.enable_cross_zone_load_balancing

    dynamic "subnet_mapping" {
      for_each = var.subnet_mapping
      content {
        subnet_id = subnet_mapping.value.subnet_id
      }
    }

    dynamic "access_logs" {
      for_each = try(length(var.access_logs), 0) > 0 ? [var.access_logs] : []
      content {
        bucket  = try(access_logs.value.bucket, null)
        enabled = try(access_logs.value.enabled, true)
        prefix  = try(access_logs.value.prefix, null)
      }
    }
  }

  output "id" { value = try(aws_lb.this[0].id, null) }
  output "arn" { value = try(aws_lb.this[0].arn, null) }
  output "arn_suffix" { value = try(aws_lb.this[0].arn_suffix, null) }
  output "dns_name" { value = try(aws_lb.this[0].dns_name, null) }
  output "zone_id" { value = try(aws_lb.this[0].zone_id, null) }
}
