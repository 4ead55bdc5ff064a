# What a call of terraform-aws-modules/sns/aws stands for: a topic and its subscriptions.

module "terraform-aws-modules/sns/aws" {
  versions = ">= 5.0, < 7.0"
  others   = ["aws_sns_topic_data_protection_policy", "aws_sns_topic_policy"]

  variable "create" { default = true }
  variable "name" { default = null }
  variable "use_name_prefix" { default = false }
  variable "fifo_topic" { default = false }
  variable "kms_master_key_id" { default = null }
  variable "create_subscription" { default = true }
  variable "subscriptions" { default = {} }

  locals {
    own_name = try(trimsuffix(var.name, ".fifo"), "")
  }

  resource "aws_sns_topic" "this" {
    count             = var.create ? 1 : 0
    name              = var.use_name_prefix ? null : (var.fifo_topic ? "${local.own_name}.fifo" : local.own_name)
    fifo_topic        = var.fifo_topic ? true : null
    kms_master_key_id = var.kms_master_key_id
  }

  resource "aws_sns_topic_subscription" "this" {
    for_each       = { for key, own in var.subscriptions : key => own if var.create && var.create_subscription }
    topic_arn      = aws_sns_topic.this[0].arn
    protocol       = each.value.protocol
    endpoint       = each.value.endpoint
    redrive_policy = try(each.value.redrive_policy, null)
    filter_policy  = try(each.value.filter_policy, null)
  }

  output "topic_arn" { value = try(aws_sns_topic.this[0].arn, null) }
  output "topic_id" { value = try(aws_sns_topic.this[0].id, null) }
  output "topic_name" { value = try(aws_sns_topic.this[0].name, null) }
}
