# What calls of the modules in terraform-aws-modules/cloudwatch/aws stand for: an alarm, a log group.

module "terraform-aws-modules/cloudwatch/aws//modules/metric-alarm" {
  versions = ">= 4.0, < 6.0"
  others   = []

  variable "create_metric_alarm" { default = true }
  variable "alarm_name" {}
  variable "comparison_operator" {}
  variable "evaluation_periods" {}
  variable "threshold" { default = null }
  variable "metric_name" { default = null }
  variable "namespace" { default = null }
  variable "period" { default = null }
  variable "statistic" { default = null }
  variable "extended_statistic" { default = null }
  variable "actions_enabled" { default = true }
  variable "alarm_actions" { default = null }
  variable "ok_actions" { default = null }
  variable "insufficient_data_actions" { default = null }
  variable "datapoints_to_alarm" { default = null }
  variable "dimensions" { default = null }
  variable "treat_missing_data" { default = "missing" }
  variable "metric_query" { default = [] }

  resource "aws_cloudwatch_metric_alarm" "this" {
    count                     = var.create_metric_alarm ? 1 : 0
    alarm_name                = var.alarm_name
    comparison_operator       = var.comparison_operator
    evaluation_periods        = var.evaluation_periods
    threshold                 = var.threshold
    metric_name               = var.metric_name
    namespace                 = var.namespace
    period                    = var.period
    statistic                 = var.statistic
    extended_statistic        = var.extended_statistic
    actions_enabled           = var.actions_enabled
    alarm_actions             = var.alarm_actions
    ok_actions                = var.ok_actions
    insufficient_data_actions = var.insufficient_data_actions
    datapoints_to_alarm       = var.datapoints_to_alarm
    dimensions                = var.dimensions
    treat_missing_data        = var.treat_missing_data

    dynamic "metric_query" {
      for_each = var.metric_query
      content {
        id         = metric_query.value.id
        expression = try(metric_query.value.expression, null)
        dynamic "metric" {
          for_each = try(metric_query.value.metric, [])
          content {
            metric_name = metric.value.metric_name
            namespace   = metric.value.namespace
            dimensions  = try(metric.value.dimensions, null)
          }
        }
      }
    }
  }

  output "cloudwatch_metric_alarm_arn" { value = try(aws_cloudwatch_metric_alarm.this[0].arn, "") }
  output "cloudwatch_metric_alarm_id" { value = try(aws_cloudwatch_metric_alarm.this[0].id, "") }
}

module "terraform-aws-modules/cloudwatch/aws//modules/log-group" {
  versions = ">= 4.0, < 6.0"
  others   = []

  variable "create" { default = true }
  variable "name" { default = null }
  variable "name_prefix" { default = null }
  variable "retention_in_days" { default = null }

  resource "aws_cloudwatch_log_group" "this" {
    count             = var.create ? 1 : 0
    name              = var.name
    name_prefix       = var.name_prefix
    retention_in_days = var.retention_in_days
  }

  output "cloudwatch_log_group_name" { value = try(aws_cloudwatch_log_group.this[0].name, "") }
  output "cloudwatch_log_group_arn" { value = try(aws_cloudwatch_log_group.this[0].arn, "") }
}
