rule "alarm-in-region-without-metric" {
  summary     = "Alarm stands in a Region that its metric is not sent to"
  principle   = "observability"
  severity    = "error"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    Billing, CloudFront and Route 53 send their metrics to us-east-1 only. An alarm reads the metrics of its own Region: elsewhere it is
    created, and never has data.
  MD
  fix         = "Give the alarm, and the topic that it notifies, a provider with `region = \"us-east-1\"`."
  notice      = "The alarm stays in INSUFFICIENT_DATA, while the console shows the metric in us-east-1."
  prove       = "List the namespace with `aws cloudwatch list-metrics` in the alarm's Region: it is empty."
  references = [
    "AWS Well-Architected REL06-BP01",
    "Amazon CloudFront Developer Guide: Monitor CloudFront metrics with Amazon CloudWatch",
    "Amazon Route 53 Developer Guide: Monitoring health checks using CloudWatch",
    "AWS Billing User Guide: Creating a billing alarm",
  ]

  locals {
    # Those of China and of GovCloud are other partitions, with Regions of their own.
    away = [
      for m in watched_metrics(self) : m.namespace
      if contains(["AWS/Billing", "AWS/CloudFront", "AWS/Route53"], m.namespace) && default(region(self), "us-east-1") != "us-east-1" && !can(regex("^(cn|us-gov|us-iso)", region(self)))
    ]
  }

  for_each = resources("aws_cloudwatch_metric_alarm")
  when     = length(local.away) > 0
  at       = "namespace"
  message  = "`${self}` never has data: metrics of `${local.away[0]}` are in us-east-1 only, and the alarm is in ${region(self)}"

  fails "what is spent" {
    provider "aws" {
      region = "eu-west-1"
    }

    resource "aws_cloudwatch_metric_alarm" "shop" {
      alarm_name  = "shop"
      namespace   = "AWS/Billing"
      metric_name = "EstimatedCharges"
      dimensions = {
        Currency = "USD"
      }
    }
  }

  fails "errors of a distribution" {
    provider "aws" {
      region = "eu-west-1"
    }

    resource "aws_cloudwatch_metric_alarm" "shop" {
      alarm_name  = "shop"
      namespace   = "AWS/CloudFront"
      metric_name = "5xxErrorRate"
      dimensions = {
        DistributionId = "E1A2B3C4D5E6F7"
        Region         = "Global"
      }
    }
  }

  fails "health check" {
    provider "aws" {
      region = "eu-central-1"
    }

    resource "aws_cloudwatch_metric_alarm" "shop" {
      alarm_name  = "shop"
      namespace   = "AWS/Route53"
      metric_name = "HealthCheckStatus"
      dimensions = {
        HealthCheckId = "01234567-89ab-cdef-0123-456789abcdef"
      }
    }
  }

  passes "in N. Virginia" {
    provider "aws" {
      region = "us-east-1"
    }

    resource "aws_cloudwatch_metric_alarm" "shop" {
      alarm_name  = "shop"
      namespace   = "AWS/Billing"
      metric_name = "EstimatedCharges"
      dimensions = {
        Currency = "USD"
      }
    }
  }

  passes "in N. Virginia, by a provider of its own" {
    provider "aws" {
      region = "eu-west-1"
    }

    provider "aws" {
      alias  = "virginia"
      region = "us-east-1"
    }

    resource "aws_cloudwatch_metric_alarm" "shop" {
      alarm_name  = "shop"
      namespace   = "AWS/Route53"
      metric_name = "HealthCheckStatus"
      provider    = aws.virginia
      dimensions = {
        HealthCheckId = "01234567-89ab-cdef-0123-456789abcdef"
      }
    }
  }

  passes "a metric of the Region" {
    provider "aws" {
      region = "eu-west-1"
    }

    resource "aws_cloudwatch_metric_alarm" "shop" {
      alarm_name  = "shop"
      namespace   = "AWS/SQS"
      metric_name = "ApproximateAgeOfOldestMessage"
      dimensions = {
        QueueName = "orders"
      }
    }
  }

  passes "Region that the environment gives" {
    resource "aws_cloudwatch_metric_alarm" "shop" {
      alarm_name  = "shop"
      namespace   = "AWS/Billing"
      metric_name = "EstimatedCharges"
      dimensions = {
        Currency = "USD"
      }
    }
  }

  unknown "Region is given by the caller" {
    variable "region" { type = string }

    provider "aws" {
      region = var.region
    }

    resource "aws_cloudwatch_metric_alarm" "shop" {
      alarm_name  = "shop"
      namespace   = "AWS/Billing"
      metric_name = "EstimatedCharges"
      dimensions = {
        Currency = "USD"
      }
    }
  }
}
