# What a call of terraform-aws-modules/alb/aws stands for: a load balancer, its listeners with their rules, and target groups with what is
# attached to them.

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

  variable "listeners" { default = {} }
  variable "target_groups" { default = {} }
  variable "additional_target_group_attachments" { default = {} }
  variable "vpc_id" { default = null }

  locals {
    rules = flatten([
      for own, listener in var.listeners : [
        for name, rule in try(listener.rules, {}) : { key = "${own}/${name}", listener = own, actions = try(rule.actions, []) }
      ]
    ])
  }

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

  resource "aws_lb_target_group" "this" {
    for_each    = { for k, v in var.target_groups : k => v if var.create }
    name        = try(each.value.name, null)
    port        = try(each.value.target_type, null) == "lambda" ? null : try(each.value.port, 80)
    target_type = try(each.value.target_type, null)
    vpc_id      = try(each.value.vpc_id, var.vpc_id)

    dynamic "health_check" {
      for_each = try([each.value.health_check], [])
      content {
        enabled             = try(health_check.value.enabled, null)
        healthy_threshold   = try(health_check.value.healthy_threshold, null)
        interval            = try(health_check.value.interval, null)
        matcher             = try(health_check.value.matcher, null)
        path                = try(health_check.value.path, null)
        port                = try(health_check.value.port, null)
        protocol            = try(health_check.value.protocol, null)
        timeout             = try(health_check.value.timeout, null)
        unhealthy_threshold = try(health_check.value.unhealthy_threshold, null)
      }
    }
  }

  resource "aws_lb_target_group_attachment" "this" {
    for_each         = { for k, v in var.target_groups : k => v if var.create && try(v.create_attachment, true) }
    target_group_arn = aws_lb_target_group.this[each.key].arn
    target_id        = try(each.value.target_id, null)
  }

  resource "aws_lb_target_group_attachment" "additional" {
    for_each         = { for k, v in var.additional_target_group_attachments : k => v if var.create }
    target_group_arn = aws_lb_target_group.this[each.value.target_group_key].arn
    target_id        = try(each.value.target_id, null)
  }

  resource "aws_lb_listener" "this" {
    for_each          = { for k, v in var.listeners : k => v if var.create }
    load_balancer_arn = aws_lb.this[0].arn
    port              = try(each.value.port, 443)

    dynamic "default_action" {
      for_each = try([each.value.forward], [])
      content {
        type             = "forward"
        target_group_arn = try(default_action.value.arn, aws_lb_target_group.this[default_action.value.target_group_key].arn, null)
      }
    }

    dynamic "default_action" {
      for_each = try([each.value.weighted_forward], [])
      content {
        type = "forward"
        forward {
          dynamic "target_group" {
            for_each = try(default_action.value.target_groups, [])
            content {
              arn    = try(target_group.value.arn, aws_lb_target_group.this[target_group.value.target_group_key].arn, null)
              weight = try(target_group.value.weight, null)
            }
          }
        }
      }
    }

    dynamic "default_action" {
      for_each = try([each.value.redirect], [])
      content {
        type = "redirect"
        redirect {
          port        = try(default_action.value.port, null)
          protocol    = try(default_action.value.protocol, null)
          status_code = default_action.value.status_code
        }
      }
    }

    dynamic "default_action" {
      for_each = try([each.value.fixed_response], [])
      content {
        type = "fixed-response"
        fixed_response {
          content_type = default_action.value.content_type
          status_code  = try(default_action.value.status_code, null)
        }
      }
    }
  }

  resource "aws_lb_listener_rule" "this" {
    for_each     = { for r in local.rules : r.key => r if var.create }
    listener_arn = aws_lb_listener.this[each.value.listener].arn

    dynamic "action" {
      for_each = [for a in each.value.actions : a if a.type == "forward"]
      content {
        type             = "forward"
        target_group_arn = try(action.value.target_group_arn, aws_lb_target_group.this[action.value.target_group_key].arn, null)
      }
    }

    dynamic "action" {
      for_each = [for a in each.value.actions : a if a.type == "weighted-forward"]
      content {
        type = "forward"
        forward {
          dynamic "target_group" {
            for_each = try(action.value.target_groups, [])
            content {
              arn    = try(target_group.value.arn, aws_lb_target_group.this[target_group.value.target_group_key].arn, null)
              weight = try(target_group.value.weight, null)
            }
          }
        }
      }
    }
  }

  output "target_groups" { value = aws_lb_target_group.this }
  output "listeners" { value = aws_lb_listener.this }
  output "listener_rules" { value = aws_lb_listener_rule.this }
  output "id" { value = try(aws_lb.this[0].id, null) }
  output "arn" { value = try(aws_lb.this[0].arn, null) }
  output "arn_suffix" { value = try(aws_lb.this[0].arn_suffix, null) }
  output "dns_name" { value = try(aws_lb.this[0].dns_name, null) }
  output "zone_id" { value = try(aws_lb.this[0].zone_id, null) }
}
