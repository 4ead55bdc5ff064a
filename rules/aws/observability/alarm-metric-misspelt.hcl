rule "alarm-metric-misspelt" {
  summary     = "Alarm waits for a metric or a dimension that is called otherwise"
  principle   = "observability"
  severity    = "error"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    CloudWatch compares names letter by letter, and takes any name: what it does not know is a metric that has no data yet. The alarm is
    created, and waits for ever.
  MD
  fix         = "Write the name as the service's metric page does."
  notice      = "The alarm stays in INSUFFICIENT_DATA from its first minute."
  prove       = "Query the metric by the alarm's name in the console: there is none."
  references  = ["AWS Well-Architected REL06-BP01", "Amazon CloudWatch User Guide: AWS services that publish CloudWatch metrics"]

  locals {
    wrong_metrics = [
      for m in watched_metrics(self) : { written = m.name, right = lookup(metric_spellings(self), lower(m.name), m.name) }
      if lookup(metric_spellings(self), lower(m.name), m.name) != m.name && can(regex(metric_spelt_namespaces(self), m.namespace))
    ]
    wrong_namespaces = [
      for m in watched_metrics(self) : { written = m.namespace, right = lookup(namespace_spellings(self), lower(m.namespace), m.namespace) }
      if lookup(namespace_spellings(self), lower(m.namespace), m.namespace) != m.namespace
    ]
    # In the singular or plural, in another tense (`ReadThrottledEvents`), or a part of the name.
    unknown_metrics = flatten([
      for m in watched_metrics(self) : [
        for names in [lookup(metric_names(self), m.namespace, [])] : [
          for name in names : { written = m.name, right = name }
          if(
            replace(lower(name), "/[^a-ce-rt-z0-9]/", "") == replace(lower(m.name), "/[^a-ce-rt-z0-9]/", "")
            || length(m.name) > 5 && (startswith(name, m.name) || endswith(name, m.name))
          )
        ] if !contains(names, m.name)
      ] if !contains(keys(lookup(metric_homes(self), m.namespace, {})), m.name)
    ])
    # Metrics of one's own that a filter of this configuration sends under nearly this name: in other letters, or as one in place of many.
    wrong_own = flatten([
      for m in watched_metrics(self) : [
        for t in sent_metrics(self) : { written = m.name, right = t.name }
        if t.namespace == m.namespace && trimsuffix(replace(lower(t.name), "/[^a-z0-9]/", ""), "s") == trimsuffix(replace(lower(m.name), "/[^a-z0-9]/", ""), "s")
      ]
      if !startswith(m.namespace, "AWS/") && !anytrue([for t in sent_metrics(self) : t.namespace == m.namespace && t.name == m.name])
    ])
    wrong_own_namespaces = flatten([
      for m in watched_metrics(self) : [
        for t in sent_metrics(self) : { written = m.namespace, right = t.namespace }
        if t.name == m.name && t.namespace != m.namespace && replace(lower(t.namespace), "/[^a-z0-9]/", "") == replace(lower(m.namespace), "/[^a-z0-9]/", "")
      ]
      if !startswith(m.namespace, "AWS/") && !anytrue([for t in sent_metrics(self) : t.namespace == m.namespace])
    ])
    # CloudWatch has a metric for each set of dimensions that it is sent with.
    wrong_own_dimensions = flatten([
      for m in watched_metrics(self) : [
        for ways in [[for t in sent_metrics(self) : sort(keys(default(t.dimensions, {}))) if t.namespace == m.namespace && t.name == m.name]] : {
          name    = m.name
          written = sort(keys(m.dimensions))
          right   = ways[0]
        } if length(ways) > 0 && !anytrue([for w in ways : join(",", w) == join(",", sort(keys(m.dimensions)))])
      ] if !startswith(m.namespace, "AWS/")
    ])
    wrong_dimensions = flatten([
      for m in watched_metrics(self) : [
        for d in keys(m.dimensions) : { written = d, right = lookup(dimension_spellings(self), lower(d), d) }
        if lookup(dimension_spellings(self), lower(d), d) != d && can(regex(metric_spelt_namespaces(self), m.namespace))
      ]
    ])
  }

  for_each = resources("aws_cloudwatch_metric_alarm")

  defect "metric" {
    when    = length(local.wrong_metrics) > 0
    at      = "metric_name"
    message = "`${self}` waits for `${local.wrong_metrics[0].written}`, which is no metric: it is called `${local.wrong_metrics[0].right}`"
  }

  defect "no such metric" {
    when    = length(local.unknown_metrics) > 0
    at      = "metric_name"
    message = "`${self}` waits for `${local.unknown_metrics[0].written}`, which is no metric: there is `${join("`, `", local.unknown_metrics[*].right)}`"
  }

  defect "namespace" {
    when    = length(local.wrong_namespaces) > 0
    at      = "namespace"
    message = "`${self}` never has data: the namespace `${local.wrong_namespaces[0].written}` is called `${local.wrong_namespaces[0].right}`"
  }

  defect "metric of one's own" {
    when    = length(local.wrong_own) > 0
    at      = "metric_name"
    message = "`${self}` waits for `${local.wrong_own[0].written}`, and what the logs are searched for is sent as `${local.wrong_own[0].right}`"
  }

  defect "namespace of one's own" {
    when    = length(local.wrong_own_namespaces) > 0
    at      = "namespace"
    message = "`${self}` waits in `${local.wrong_own_namespaces[0].written}`, and what the logs are searched for is sent to `${local.wrong_own_namespaces[0].right}`"
  }

  defect "dimension of one's own" {
    when = length(local.wrong_own_dimensions) > 0
    at   = "dimensions"
    message = (
      length(local.wrong_own_dimensions[0].right) == 0
      ? "`${self}` never has data: `${local.wrong_own_dimensions[0].name}` is sent without dimensions, and the alarm has ${join(", ", local.wrong_own_dimensions[0].written)}"
      : "`${self}` never has data: `${local.wrong_own_dimensions[0].name}` is sent with the dimensions ${join(", ", local.wrong_own_dimensions[0].right)} only"
    )
  }

  defect "dimension" {
    when    = length(local.wrong_dimensions) > 0
    at      = "dimensions"
    message = "`${self}` never has data: the dimension `${local.wrong_dimensions[0].written}` is called `${local.wrong_dimensions[0].right}`"
  }

  fails "another tense" {
    resource "aws_cloudwatch_metric_alarm" "reads" {
      alarm_name          = "orders-reads"
      namespace           = "AWS/DynamoDB"
      metric_name         = "ReadThrottledEvents"
      comparison_operator = "GreaterThanThreshold"
      evaluation_periods  = 1
      period              = 60
      statistic           = "Sum"
      threshold           = 0
      dimensions          = { TableName = "orders" }
    }
  }

  fails "dimension of a domain in other letters" {
    resource "aws_cloudwatch_metric_alarm" "red" {
      alarm_name          = "search-red"
      namespace           = "AWS/ES"
      metric_name         = "ClusterStatus.red"
      comparison_operator = "GreaterThanThreshold"
      evaluation_periods  = 1
      period              = 60
      statistic           = "Maximum"
      threshold           = 0
      dimensions          = { DomainName = "search", ClientID = "111122223333" }
    }
  }

  fails "metric in small letters" {
    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name  = "api-errors"
      namespace   = "AWS/ApplicationELB"
      metric_name = "HTTPCode_Target_5xx_Count"
      dimensions = {
        LoadBalancer = "app/web/0123456789abcdef"
      }
    }
  }

  fails "dimension" {
    resource "aws_cloudwatch_metric_alarm" "cpu" {
      alarm_name  = "orders-cpu"
      namespace   = "AWS/RDS"
      metric_name = "CPUUtilization"
      dimensions = {
        DbInstanceIdentifier = "orders"
      }
    }
  }

  fails "namespace" {
    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name  = "shop-errors"
      namespace   = "AWS/Sqs"
      metric_name = "ApproximateAgeOfOldestMessage"
      dimensions = {
        QueueName = "shop"
      }
    }
  }

  fails "metric that a filter sends under another name" {
    resource "aws_cloudwatch_log_metric_filter" "errors" {
      name           = "errors"
      log_group_name = "/shop/orders"
      pattern        = "ERROR"

      metric_transformation {
        name      = "AppErrors"
        namespace = "Shop"
        value     = "1"
      }
    }

    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name  = "orders-errors"
      namespace   = "Shop"
      metric_name = "AppError"
    }
  }

  fails "metric in the singular" {
    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name  = "orders-errors"
      namespace   = "AWS/Lambda"
      metric_name = "Error"
      dimensions = {
        FunctionName = "bill"
      }
    }
  }

  fails "metric in the plural" {
    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name  = "orders-errors"
      namespace   = "AWS/SQS"
      metric_name = "ApproximateAgeOfOldestMessages"
      dimensions = {
        QueueName = "orders"
      }
    }
  }

  fails "beginning of a metric" {
    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name  = "orders-errors"
      namespace   = "AWS/RDS"
      metric_name = "FreeStorage"
      dimensions = {
        DBInstanceIdentifier = "orders"
      }
    }
  }

  fails "end of two metrics" {
    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name  = "orders-errors"
      namespace   = "AWS/DynamoDB"
      metric_name = "ThrottleEvents"
      dimensions = {
        TableName = "orders"
      }
    }
  }

  fails "name of the service in place of its namespace" {
    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name  = "orders-errors"
      namespace   = "AWS/StepFunctions"
      metric_name = "ExecutionsFailed"
      dimensions = {
        StateMachineArn = "arn:aws:states:eu-west-1:111122223333:stateMachine:refund"
      }
    }
  }

  fails "namespace of a filter in other letters" {
    resource "aws_cloudwatch_log_metric_filter" "errors" {
      name           = "errors"
      log_group_name = "/shop/orders"
      pattern        = "{ $.level = \"error\" }"

      metric_transformation {
        name      = "AppErrors"
        namespace = "Shop"
        value     = "1"
      }
    }

    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name  = "orders-errors"
      namespace   = "shop"
      metric_name = "AppErrors"
    }
  }

  fails "dimension that the filter does not send" {
    resource "aws_cloudwatch_log_metric_filter" "errors" {
      name           = "errors"
      log_group_name = "/shop/orders"
      pattern        = "{ $.level = \"error\" }"

      metric_transformation {
        name      = "AppErrors"
        namespace = "Shop"
        value     = "1"
      }
    }

    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name  = "orders-errors"
      namespace   = "Shop"
      metric_name = "AppErrors"
      dimensions = {
        Service = "orders"
      }
    }
  }

  fails "without the dimension that the filter sends" {
    resource "aws_cloudwatch_log_metric_filter" "errors" {
      name           = "errors"
      log_group_name = "/shop/orders"
      pattern        = "{ $.level = \"error\" }"

      metric_transformation {
        name      = "AppErrors"
        namespace = "Shop"
        value     = "1"

        dimensions = {
          Service = "$.service"
        }
      }
    }

    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name  = "orders-errors"
      namespace   = "Shop"
      metric_name = "AppErrors"
    }
  }

  passes "metric that a filter sends" {
    resource "aws_cloudwatch_log_metric_filter" "errors" {
      name           = "errors"
      log_group_name = "/shop/orders"
      pattern        = "ERROR"

      metric_transformation {
        name      = "AppErrors"
        namespace = "Shop"
        value     = "1"
      }
    }

    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name  = "orders-errors"
      namespace   = "Shop"
      metric_name = "AppErrors"
    }
  }

  passes "metric that the code may send" {
    resource "aws_cloudwatch_log_metric_filter" "errors" {
      name           = "errors"
      log_group_name = "/shop/orders"
      pattern        = "ERROR"

      metric_transformation {
        name      = "AppErrors"
        namespace = "Shop"
        value     = "1"
      }
    }

    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name  = "orders-errors"
      namespace   = "Shop"
      metric_name = "Refunds"
    }
  }

  passes "as AWS writes it" {
    resource "aws_cloudwatch_metric_alarm" "cpu" {
      alarm_name  = "orders-cpu"
      namespace   = "AWS/RDS"
      metric_name = "CPUUtilization"
      dimensions = {
        DBInstanceIdentifier = "orders"
      }
    }
  }

  passes "a metric of one's own" {
    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name  = "import-errors"
      namespace   = "Shop"
      metric_name = "errors"
      dimensions = {
        functionname = "import"
      }
    }
  }

  passes "another service writes it so" {
    resource "aws_cloudwatch_metric_alarm" "cpu" {
      alarm_name  = "broker-cpu"
      namespace   = "AWS/AmazonMQ"
      metric_name = "CpuUtilization"
      dimensions = {
        Broker = "orders"
      }
    }
  }

  passes "a metric that is not in the table" {
    resource "aws_cloudwatch_metric_alarm" "groups" {
      alarm_name  = "orders-groups"
      namespace   = "AWS/SQS"
      metric_name = "ApproximateNumberOfGroupsWithInflightMessages"
      dimensions = {
        QueueName = "orders.fifo"
      }
    }
  }

  passes "a metric of Lambda whose name is a part of others" {
    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name  = "orders-errors"
      namespace   = "AWS/Lambda"
      metric_name = "Throttles"
      dimensions = {
        FunctionName = "bill"
      }
    }
  }

  passes "dimension that the filter sends" {
    resource "aws_cloudwatch_log_metric_filter" "errors" {
      name           = "errors"
      log_group_name = "/shop/orders"
      pattern        = "{ $.level = \"error\" }"

      metric_transformation {
        name      = "AppErrors"
        namespace = "Shop"
        value     = "1"

        dimensions = {
          Service = "$.service"
        }
      }
    }

    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name  = "orders-errors"
      namespace   = "Shop"
      metric_name = "AppErrors"
      dimensions = {
        Service = "orders"
      }
    }
  }

  passes "namespace that the code may use" {
    resource "aws_cloudwatch_log_metric_filter" "errors" {
      name           = "errors"
      log_group_name = "/shop/orders"
      pattern        = "{ $.level = \"error\" }"

      metric_transformation {
        name      = "AppErrors"
        namespace = "Shop"
        value     = "1"
      }
    }

    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name  = "orders-errors"
      namespace   = "shop-workers"
      metric_name = "AppErrors"
    }
  }

  passes "a metric that may be new" {
    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name  = "orders-errors"
      namespace   = "AWS/Lambda"
      metric_name = "ColdStarts"
      dimensions = {
        FunctionName = "bill"
      }
    }
  }

  unknown "metric is given by the caller" {
    variable "metric" { type = string }

    resource "aws_cloudwatch_metric_alarm" "cpu" {
      alarm_name  = "orders"
      namespace   = "AWS/RDS"
      metric_name = var.metric
      dimensions = {
        DBInstanceIdentifier = "orders"
      }
    }
  }

  unknown "namespace of the filter is given by the caller" {
    variable "namespace" { type = string }

    resource "aws_cloudwatch_log_metric_filter" "errors" {
      name           = "errors"
      log_group_name = "/shop/orders"
      pattern        = "{ $.level = \"error\" }"

      metric_transformation {
        name      = "AppErrors"
        namespace = var.namespace
        value     = "1"
      }
    }

    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name  = "orders-errors"
      namespace   = "Shop"
      metric_name = "AppErrors"
    }
  }
}
