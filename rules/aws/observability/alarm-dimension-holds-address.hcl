rule "alarm-dimension-holds-address" {
  summary     = "Alarm dimension holds an ARN or URL where a name belongs"
  principle   = "observability"
  severity    = "error"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    Metrics are told apart by names: of a queue, a function, a table, and of a load balancer the last part of its ARN. An ARN or URL is
    another text, under which CloudWatch has no data, and the alarm waits for ever.
  MD
  fix         = "Use the name (`name`, `function_name`, `identifier`) or, for a load balancer and its target groups, `arn_suffix`."
  notice      = "The alarm stays in INSUFFICIENT_DATA."
  prove       = "List the metric's dimensions with `aws cloudwatch list-metrics`, and compare them with the alarm's."
  references  = ["AWS Well-Architected REL06-BP01", "AWS Config cloudwatch-alarm-resource-check"]

  locals {
    wrong = misnamed_dimensions(self)
  }

  for_each = resources("aws_cloudwatch_metric_alarm")
  when     = length(local.wrong) > 0
  at       = "dimensions"
  message = (
    attribute(local.wrong[0].value) == null
    ? "`${self}` never has data: `${local.wrong[0].dimension}` wants ${local.wrong[0].wants} and holds `${local.wrong[0].value}`"
    : "`${self}` never has data: `${local.wrong[0].dimension}` wants ${local.wrong[0].wants} and holds `${attribute(local.wrong[0].value)}` of `${refs(local.wrong[0].value)[0]}`"
  )

  fails "ARN of a queue" {
    resource "aws_cloudwatch_metric_alarm" "age" {
      alarm_name  = "orders-age"
      namespace   = "AWS/SQS"
      metric_name = "ApproximateAgeOfOldestMessage"
      dimensions = {
        QueueName = "arn:aws:sqs:eu-west-1:111122223333:orders"
      }
    }
  }

  fails "ARN of a load balancer, in a query" {
    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name = "web-errors"

      metric_query {
        id          = "errors"
        return_data = true

        metric {
          namespace   = "AWS/ApplicationELB"
          metric_name = "HTTPCode_Target_5XX_Count"
          period      = 60
          stat        = "Sum"
          dimensions = {
            LoadBalancer = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/web/0123456789abcdef"
          }
        }
      }
    }
  }

  fails "URL of a queue, by a reference" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }

    resource "aws_cloudwatch_metric_alarm" "age" {
      alarm_name  = "orders-age"
      namespace   = "AWS/SQS"
      metric_name = "ApproximateAgeOfOldestMessage"
      dimensions = {
        QueueName = aws_sqs_queue.orders.url
      }
    }
  }

  fails "id of a cluster, which is its ARN" {
    resource "aws_ecs_cluster" "shop" {
      name = "shop"
    }

    resource "aws_cloudwatch_metric_alarm" "cpu" {
      alarm_name  = "shop-cpu"
      namespace   = "AWS/ECS"
      metric_name = "CPUUtilization"
      dimensions = {
        ClusterName = aws_ecs_cluster.shop.id
      }
    }
  }

  fails "ARN of a function, in a query" {
    resource "aws_lambda_function" "bill" {
      function_name = "bill"
    }

    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name = "bill-errors"

      metric_query {
        id          = "errors"
        return_data = true

        metric {
          namespace   = "AWS/Lambda"
          metric_name = "Errors"
          period      = 60
          stat        = "Sum"
          dimensions = {
            FunctionName = aws_lambda_function.bill.arn
          }
        }
      }
    }
  }

  fails "name of a load balancer" {
    resource "aws_lb" "web" {
      name = "web"
    }

    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name  = "web-errors"
      namespace   = "AWS/ApplicationELB"
      metric_name = "HTTPCode_Target_5XX_Count"
      dimensions = {
        LoadBalancer = aws_lb.web.name
      }
    }
  }

  passes "name that the provider makes" {
    resource "aws_sqs_queue" "orders" {
      name_prefix = "orders-"
    }

    resource "aws_cloudwatch_metric_alarm" "age" {
      alarm_name  = "orders-age"
      namespace   = "AWS/SQS"
      metric_name = "ApproximateAgeOfOldestMessage"
      dimensions = {
        QueueName = aws_sqs_queue.orders.name
      }
    }
  }

  passes "name" {
    resource "aws_cloudwatch_metric_alarm" "age" {
      alarm_name  = "orders-age"
      namespace   = "AWS/SQS"
      metric_name = "ApproximateAgeOfOldestMessage"
      dimensions = {
        QueueName = "orders"
      }
    }
  }

  passes "a dimension that is an ARN" {
    resource "aws_cloudwatch_metric_alarm" "failed" {
      alarm_name  = "refund-failed"
      namespace   = "AWS/States"
      metric_name = "ExecutionsFailed"
      dimensions = {
        StateMachineArn = "arn:aws:states:eu-west-1:111122223333:stateMachine:refund"
      }
    }
  }

  passes "a reference" {
    resource "aws_lb" "web" {
      name = "web"
    }

    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name  = "web-errors"
      namespace   = "AWS/ApplicationELB"
      metric_name = "HTTPCode_Target_5XX_Count"
      dimensions = {
        LoadBalancer = aws_lb.web.arn_suffix
      }
    }
  }

  passes "the last part of an ARN, which a function returns as it is" {
    resource "aws_lb" "web" {
      name = "web"
    }

    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name  = "web-errors"
      namespace   = "AWS/ApplicationELB"
      metric_name = "HTTPCode_ELB_5XX_Count"
      dimensions  = { LoadBalancer = trimspace(aws_lb.web.arn_suffix) }
    }
  }

  unknown "value is given by the caller" {
    variable "queue" { type = string }

    resource "aws_cloudwatch_metric_alarm" "age" {
      alarm_name  = "age"
      namespace   = "AWS/SQS"
      metric_name = "ApproximateAgeOfOldestMessage"
      dimensions = {
        QueueName = var.queue
      }
    }
  }
}
