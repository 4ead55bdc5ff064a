rule "alarm-dimension-holds-address" {
  summary     = "Alarm dimension holds an ARN, a URL, an id or another thing's name where a name belongs"
  principle   = "observability"
  severity    = "error"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    Metrics are told apart by names: of a queue, a function, a table, and of a load balancer the last part of its ARN. An ARN, a URL, an
    endpoint or the resource id of a database (`id` of an `aws_db_instance` since version 5 of the provider) is another text, under which
    CloudWatch has no data, and the alarm waits for ever. So is the name of what stands beside it: of a cluster for one of its instances, of a replication group
    for one of its nodes, of an alias for its function. A state machine is named by its ARN, and by nothing else.
  MD
  fix         = "Use the name (`name`, `function_name`, `identifier`), for a load balancer and its target groups `arn_suffix`, and for a state machine `arn`."
  notice      = "The alarm stays in INSUFFICIENT_DATA."
  prove       = "List the metric's dimensions with `aws cloudwatch list-metrics`, and compare them with the alarm's."
  references  = ["AWS Well-Architected REL06-BP01", "AWS Config cloudwatch-alarm-resource-check", "Terraform AWS provider: version 5 upgrade guide"]

  locals {
    wrong = misnamed_dimensions(self)
  }

  for_each = resources("aws_cloudwatch_metric_alarm")
  when     = length(local.wrong) > 0
  at       = "dimensions"
  message = (
    attribute(local.wrong[0].value) == null
    ? "`${self}` never has data: `${local.wrong[0].dimension}` wants ${local.wrong[0].wants} and holds `${local.wrong[0].value}`${length(refs(local.wrong[0].value)) > 0 ? " of `${refs(local.wrong[0].value)[0]}`" : ""}"
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

  fails "id of a database, which is its resource id" {
    resource "aws_db_instance" "orders" {
      identifier = "orders"
    }

    resource "aws_cloudwatch_metric_alarm" "cpu" {
      alarm_name  = "orders"
      namespace   = "AWS/RDS"
      metric_name = "CPUUtilization"
      dimensions = {
        DBInstanceIdentifier = aws_db_instance.orders.id
      }
    }
  }

  fails "endpoint of a database" {
    resource "aws_db_instance" "orders" {
      identifier = "orders"
    }

    resource "aws_cloudwatch_metric_alarm" "cpu" {
      alarm_name  = "orders"
      namespace   = "AWS/RDS"
      metric_name = "CPUUtilization"
      dimensions = {
        DBInstanceIdentifier = aws_db_instance.orders.address
      }
    }
  }

  fails "id of a REST API" {
    resource "aws_api_gateway_rest_api" "shop" {
      name = "shop"
    }

    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name  = "orders"
      namespace   = "AWS/ApiGateway"
      metric_name = "5XXError"
      dimensions = {
        ApiName = aws_api_gateway_rest_api.shop.id
      }
    }
  }

  fails "replication group in place of a member" {
    resource "aws_elasticache_replication_group" "sessions" {
      replication_group_id = "sessions"
      description          = "sessions"
    }

    resource "aws_cloudwatch_metric_alarm" "cpu" {
      alarm_name  = "orders"
      namespace   = "AWS/ElastiCache"
      metric_name = "EngineCPUUtilization"
      dimensions = {
        CacheClusterId = aws_elasticache_replication_group.sessions.id
      }
    }
  }

  fails "name of a state machine" {
    resource "aws_cloudwatch_metric_alarm" "failed" {
      alarm_name  = "orders"
      namespace   = "AWS/States"
      metric_name = "ExecutionsFailed"
      dimensions = {
        StateMachineArn = "refund"
      }
    }
  }

  fails "name of a state machine, by a reference" {
    resource "aws_sfn_state_machine" "refund" {
      name       = "refund"
      role_arn   = "arn:aws:iam::111122223333:role/refund"
      definition = jsonencode({ StartAt = "Done", States = { Done = { Type = "Succeed" } } })
    }

    resource "aws_cloudwatch_metric_alarm" "failed" {
      alarm_name  = "orders"
      namespace   = "AWS/States"
      metric_name = "ExecutionsFailed"
      dimensions = {
        StateMachineArn = aws_sfn_state_machine.refund.name
      }
    }
  }

  fails "function with an alias" {
    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name  = "orders"
      namespace   = "AWS/Lambda"
      metric_name = "Errors"
      dimensions = {
        FunctionName = "bill:live"
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

  passes "identifier of a database" {
    resource "aws_db_instance" "orders" {
      identifier = "orders"
    }

    resource "aws_cloudwatch_metric_alarm" "cpu" {
      alarm_name  = "orders"
      namespace   = "AWS/RDS"
      metric_name = "CPUUtilization"
      dimensions = {
        DBInstanceIdentifier = aws_db_instance.orders.identifier
      }
    }
  }

  passes "id of a database, as it is before version 5 of the provider" {
    terraform {
      required_providers {
        aws = {
          source  = "hashicorp/aws"
          version = "~> 4.67"
        }
      }
    }

    resource "aws_db_instance" "orders" {
      identifier = "orders"
    }

    resource "aws_cloudwatch_metric_alarm" "cpu" {
      alarm_name  = "orders"
      namespace   = "AWS/RDS"
      metric_name = "CPUUtilization"
      dimensions = {
        DBInstanceIdentifier = aws_db_instance.orders.id
      }
    }
  }

  passes "id of a database, where the provider may be older" {
    terraform {
      required_providers {
        aws = {
          source  = "hashicorp/aws"
          version = ">= 4.0"
        }
      }
    }

    resource "aws_db_instance" "orders" {
      identifier = "orders"
    }

    resource "aws_cloudwatch_metric_alarm" "cpu" {
      alarm_name  = "orders"
      namespace   = "AWS/RDS"
      metric_name = "CPUUtilization"
      dimensions = {
        DBInstanceIdentifier = aws_db_instance.orders.id
      }
    }
  }

  fails "id of a replication group, which is known" {
    resource "aws_elasticache_replication_group" "sessions" {
      replication_group_id = "sessions"
      description          = "sessions"
    }

    resource "aws_cloudwatch_metric_alarm" "cpu" {
      alarm_name  = "sessions-cpu"
      namespace   = "AWS/ElastiCache"
      metric_name = "EngineCPUUtilization"
      dimensions = {
        CacheClusterId = aws_elasticache_replication_group.sessions.replication_group_id
      }
    }
  }

  fails "a cluster where an instance belongs" {
    resource "aws_rds_cluster" "orders" {
      cluster_identifier = "orders"
      engine             = "aurora-postgresql"
    }

    resource "aws_cloudwatch_metric_alarm" "cpu" {
      alarm_name  = "orders-cpu"
      namespace   = "AWS/RDS"
      metric_name = "CPUUtilization"
      dimensions = {
        DBInstanceIdentifier = aws_rds_cluster.orders.cluster_identifier
      }
    }
  }

  fails "an alias where its function belongs" {
    resource "aws_lambda_function" "bill" {
      function_name = "bill"
      role          = "arn:aws:iam::111122223333:role/bill"
    }

    resource "aws_lambda_alias" "live" {
      name             = "live"
      function_name    = aws_lambda_function.bill.function_name
      function_version = "3"
    }

    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name  = "bill-errors"
      namespace   = "AWS/Lambda"
      metric_name = "Errors"
      dimensions = {
        FunctionName = aws_lambda_alias.live.name
      }
    }
  }

  passes "the function of an alias, by its argument" {
    resource "aws_lambda_function" "bill" {
      function_name = "bill"
      role          = "arn:aws:iam::111122223333:role/bill"
    }

    resource "aws_lambda_alias" "live" {
      name             = "live"
      function_name    = aws_lambda_function.bill.function_name
      function_version = "3"
    }

    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name  = "bill-errors"
      namespace   = "AWS/Lambda"
      metric_name = "Errors"
      dimensions = {
        FunctionName = aws_lambda_alias.live.function_name
      }
    }
  }

  passes "a queue that is called as its topic" {
    resource "aws_sns_topic" "orders" {
      name = "orders"
    }

    resource "aws_sqs_queue" "orders" {
      name = aws_sns_topic.orders.name
    }

    resource "aws_cloudwatch_metric_alarm" "age" {
      alarm_name  = "orders-age"
      namespace   = "AWS/SQS"
      metric_name = "ApproximateAgeOfOldestMessage"
      dimensions = {
        QueueName = aws_sns_topic.orders.name
      }
    }
  }

  passes "member of a replication group" {
    resource "aws_elasticache_replication_group" "sessions" {
      replication_group_id = "sessions"
      description          = "sessions"
    }

    resource "aws_cloudwatch_metric_alarm" "cpu" {
      alarm_name  = "orders"
      namespace   = "AWS/ElastiCache"
      metric_name = "EngineCPUUtilization"
      dimensions = {
        CacheClusterId = "${aws_elasticache_replication_group.sessions.id}-001"
      }
    }
  }

  passes "member of a replication group, from its list" {
    resource "aws_elasticache_replication_group" "sessions" {
      replication_group_id = "sessions"
      description          = "sessions"
    }

    resource "aws_cloudwatch_metric_alarm" "cpu" {
      alarm_name  = "orders"
      namespace   = "AWS/ElastiCache"
      metric_name = "EngineCPUUtilization"
      dimensions = {
        CacheClusterId = tolist(aws_elasticache_replication_group.sessions.member_clusters)[0]
      }
    }
  }

  passes "state machine" {
    resource "aws_sfn_state_machine" "refund" {
      name       = "refund"
      role_arn   = "arn:aws:iam::111122223333:role/refund"
      definition = jsonencode({ StartAt = "Done", States = { Done = { Type = "Succeed" } } })
    }

    resource "aws_cloudwatch_metric_alarm" "failed" {
      alarm_name  = "orders"
      namespace   = "AWS/States"
      metric_name = "ExecutionsFailed"
      dimensions = {
        StateMachineArn = aws_sfn_state_machine.refund.id
      }
    }
  }

  passes "an alias, in its own dimension" {
    resource "aws_lambda_function" "bill" {
      function_name = "bill"
    }

    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name  = "orders"
      namespace   = "AWS/Lambda"
      metric_name = "Errors"
      dimensions = {
        FunctionName = aws_lambda_function.bill.function_name
        Resource     = "bill:live"
      }
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
