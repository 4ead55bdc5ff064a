rule "dynamodb-without-throttle-alarm" {
  summary    = "DynamoDB table has no alarm on throttling or errors"
  principle  = "observability"
  severity   = "advice"
  since      = "2027.1"
  why        = <<-MD
    Throttled requests show up as slowness in whatever calls the table, far from the cause.
  MD
  fix        = "Alarm on `ReadThrottleEvents`, `WriteThrottleEvents` or `SystemErrors` with the dimension `TableName`, or on `ThrottledRequests` with `Operation` as well."
  notice     = "`ReadThrottleEvents` or `WriteThrottleEvents` rises unseen."
  prove      = "Write at twice the table's capacity in a test, and wait for a message."
  references = ["AWS Well-Architected REL06-BP01", "AWS Config cloudwatch-alarm-resource-check"]

  locals {
    alarms = [
      for a in alarms(self) : a
      if anytrue([for m in metrics(a) : can(regex("Throttle|SystemErrors", m))])
    ]
  }

  # An alarm that is there and never has data is told by these.
  yields "nothing else watches it" {
    to    = ["alarm-dimension-holds-address", "alarm-dimension-missing", "alarm-in-region-without-metric", "alarm-metric-misspelt", "alarm-metric-of-other-service"]
    about = referrers(self, "refers", "aws_cloudwatch_metric_alarm")
    at    = self
  }

  for_each = resources("aws_dynamodb_table")
  unless   = self.hash_key == "LockID"
  when     = length(local.alarms) == 0
  message  = "nobody is told when `${self}` throttles requests"

  fails "no alarm" {
    resource "aws_dynamodb_table" "orders" {
      name     = "orders"
      hash_key = "id"
    }
  }

  fails "an alarm on use, not on throttling" {
    resource "aws_dynamodb_table" "orders" {
      name     = "orders"
      hash_key = "id"
    }

    resource "aws_cloudwatch_metric_alarm" "reads" {
      alarm_name  = "orders-reads"
      namespace   = "AWS/DynamoDB"
      metric_name = "ConsumedReadCapacityUnits"
      dimensions = {
        TableName = aws_dynamodb_table.orders.name
      }
    }
  }

  passes "throttling is watched" {
    resource "aws_dynamodb_table" "orders" {
      name     = "orders"
      hash_key = "id"
    }

    resource "aws_cloudwatch_metric_alarm" "throttled" {
      alarm_name  = "orders-throttled"
      namespace   = "AWS/DynamoDB"
      metric_name = "ReadThrottleEvents"
      dimensions = {
        TableName = aws_dynamodb_table.orders.name
      }
    }
  }

  passes "lock table of a Terraform backend" {
    resource "aws_dynamodb_table" "locks" {
      name     = "terraform-locks"
      hash_key = "LockID"
    }
  }

  unknown "metric is given by the caller" {
    variable "metric" { type = string }

    resource "aws_dynamodb_table" "orders" {
      name     = "orders"
      hash_key = "id"
    }

    resource "aws_cloudwatch_metric_alarm" "orders" {
      alarm_name  = "orders"
      namespace   = "AWS/DynamoDB"
      metric_name = var.metric
      dimensions = {
        TableName = aws_dynamodb_table.orders.name
      }
    }
  }
}
