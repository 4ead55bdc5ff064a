# What a call of terraform-aws-modules/sqs/aws stands for: a queue, and a dead-letter queue if `create_dlq` is set.

module "terraform-aws-modules/sqs/aws" {
  versions = "~> 4.0"
  others   = ["aws_sqs_queue_policy", "aws_sqs_queue_redrive_allow_policy"]

  variable "create" { default = true }
  variable "name" { default = null }
  variable "use_name_prefix" { default = false }
  variable "fifo_queue" { default = false }
  variable "visibility_timeout_seconds" { default = null }
  variable "message_retention_seconds" { default = null }
  variable "delay_seconds" { default = null }
  variable "receive_wait_time_seconds" { default = null }
  variable "kms_master_key_id" { default = null }
  variable "redrive_policy" { default = {} }
  variable "create_dlq" { default = false }
  variable "dlq_name" { default = null }
  variable "dlq_message_retention_seconds" { default = null }
  variable "dlq_visibility_timeout_seconds" { default = null }

  locals {
    own_name = try(trimsuffix(var.name, ".fifo"), "")
    dead     = coalesce(try(trimsuffix(var.dlq_name, ".fifo"), null), "${local.own_name}-dlq")
  }

  resource "aws_sqs_queue" "this" {
    count                      = var.create ? 1 : 0
    name                       = var.use_name_prefix ? null : (var.fifo_queue ? "${local.own_name}.fifo" : local.own_name)
    fifo_queue                 = var.fifo_queue ? true : null
    visibility_timeout_seconds = var.visibility_timeout_seconds
    message_retention_seconds  = var.message_retention_seconds
    delay_seconds              = var.delay_seconds
    receive_wait_time_seconds  = var.receive_wait_time_seconds
    kms_master_key_id          = var.kms_master_key_id
    # The module sets it by a resource of its own.
    redrive_policy = null
  }

  resource "aws_sqs_queue_redrive_policy" "this" {
    count          = var.create && !var.create_dlq && length(var.redrive_policy) > 0 ? 1 : 0
    queue_url      = aws_sqs_queue.this[0].url
    redrive_policy = jsonencode(var.redrive_policy)
  }

  resource "aws_sqs_queue_redrive_policy" "dlq" {
    count          = var.create && var.create_dlq ? 1 : 0
    queue_url      = aws_sqs_queue.this[0].url
    redrive_policy = jsonencode(merge({ deadLetterTargetArn = aws_sqs_queue.dlq[0].arn, maxReceiveCount = 5 }, var.redrive_policy))
  }

  resource "aws_sqs_queue" "dlq" {
    count                      = var.create && var.create_dlq ? 1 : 0
    name                       = var.use_name_prefix ? null : (var.fifo_queue ? "${local.dead}.fifo" : local.dead)
    fifo_queue                 = var.fifo_queue ? true : null
    visibility_timeout_seconds = try(coalesce(var.dlq_visibility_timeout_seconds, var.visibility_timeout_seconds), null)
    message_retention_seconds  = try(coalesce(var.dlq_message_retention_seconds, var.message_retention_seconds), null)
    redrive_policy             = null
  }

  output "queue_id" { value = try(aws_sqs_queue.this[0].id, null) }
  output "queue_arn" { value = try(aws_sqs_queue.this[0].arn, null) }
  output "queue_url" { value = try(aws_sqs_queue.this[0].url, null) }
  output "queue_name" { value = try(aws_sqs_queue.this[0].name, null) }
  output "dead_letter_queue_id" { value = try(aws_sqs_queue.dlq[0].id, null) }
  output "dead_letter_queue_arn" { value = try(aws_sqs_queue.dlq[0].arn, null) }
  output "dead_letter_queue_url" { value = try(aws_sqs_queue.dlq[0].url, null) }
  output "dead_letter_queue_name" { value = try(aws_sqs_queue.dlq[0].name, null) }
}
