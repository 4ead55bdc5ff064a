rule "iam-role-closed-to-service" {
  summary     = "Role that the service it is given to may not assume"
  principle   = "decoupling"
  severity    = "error"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    EventBridge, pipes, schedules, workflows, functions, tasks, deliveries, builds, flow logs, backups and rules of IoT work with a role, and only a role whose trust policy names
    their service. With another one the resource is refused in the middle of an apply, or it is created and every call fails: no flow is logged, no backup made.
  MD
  fix         = "Let the service assume the role in its `assume_role_policy`, or give it a role of its own."
  notice      = "`FailedInvocations` of the rule equals `Invocations`, or CloudTrail shows `AssumeRole` refused."
  prove       = "Trigger it once in a test account: nothing is called."
  references  = ["AWS Well-Architected REL04-BP02", "Amazon EventBridge User Guide: IAM roles for sending events to targets"]

  locals {
    closed = flatten([
      for g in roles_given(self) : [
        for r in refs(g.role, "aws_iam_role") : { role = r, service = g.service }
        # A policy that says nothing at all stands for one that is made elsewhere.
        if length(trust_statements(r)) > 0 && !anytrue([
          for s in trust_statements(r) :
          try(s.Effect, "Allow") == "Allow" && (
            !can(s.Principal)
            || try(s.Principal, null) == "*"
            || contains(flatten([try(s.Principal.AWS, [])]), "*")
            || anytrue([for p in flatten([try(s.Principal.Service, [])]) : can(regex("^(edge)?${g.service}[.](.+[.])?amazonaws[.]com", p))])
          )
        ])
      ]
    ])
    said = "`${self}` cannot use its role: `${local.closed[0].role}` does not trust `${local.closed[0].service}.amazonaws.com`"
  }

  for_each = [for r in resources("roles_given") : r if try(anytrue([for g in roles_given(r) : length(refs(g.role)) > 0 || default(g.role, "") != ""]), true)]

  defect "caller" {
    when    = length(local.closed) > 0 && is(self, "aws_cloudwatch_event_target", "aws_pipes_pipe", "aws_sfn_state_machine", "aws_cloudwatch_metric_stream", "aws_cloudwatch_log_subscription_filter", "aws_codepipeline", "aws_eks_cluster")
    at      = "role_arn"
    message = local.said
  }

  defect "schedule" {
    when    = length(local.closed) > 0 && is(self, "aws_scheduler_schedule")
    at      = "target.role_arn"
    message = local.said
  }

  defect "function" {
    when    = length(local.closed) > 0 && is(self, "aws_lambda_function")
    at      = "role"
    message = local.said
  }

  defect "flow log or backup" {
    when    = length(local.closed) > 0 && is(self, "aws_flow_log", "aws_backup_selection")
    at      = "iam_role_arn"
    message = local.said
  }

  defect "subscription" {
    when    = length(local.closed) > 0 && is(self, "aws_sns_topic_subscription")
    at      = "subscription_role_arn"
    message = local.said
  }

  defect "database" {
    when    = length(local.closed) > 0 && is(self, "aws_db_instance", "aws_rds_cluster", "aws_rds_cluster_instance")
    at      = "monitoring_role_arn"
    message = local.said
  }

  defect "account" {
    when    = length(local.closed) > 0 && is(self, "aws_api_gateway_account")
    at      = "cloudwatch_role_arn"
    message = local.said
  }

  defect "one of several roles" {
    when    = length(local.closed) > 0 && is(self, "aws_ecs_task_definition", "aws_iot_topic_rule", "aws_kinesis_firehose_delivery_stream", "aws_codebuild_project", "aws_eks_node_group", "aws_cloudtrail")
    message = local.said
  }

  label "trusts others" {
    at        = [for c in local.closed : c.role]
    attribute = "assume_role_policy"
  }

  fails "delivery with a role for streams" {
    resource "aws_iam_role" "clicks" {
      name = "clicks"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Principal = { Service = "kinesis.amazonaws.com" }, Action = "sts:AssumeRole" }]
      })
    }

    resource "aws_kinesis_firehose_delivery_stream" "clicks" {
      name        = "clicks"
      destination = "extended_s3"

      extended_s3_configuration {
        role_arn   = aws_iam_role.clicks.arn
        bucket_arn = "arn:aws:s3:::clicks"
      }
    }
  }

  fails "tasks with a role for the service of ECS" {
    resource "aws_iam_role" "api" {
      name = "api"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Principal = { Service = "ecs.amazonaws.com" }, Action = "sts:AssumeRole" }]
      })
    }

    resource "aws_ecs_task_definition" "api" {
      family                = "api"
      task_role_arn         = aws_iam_role.api.arn
      container_definitions = jsonencode([{ name = "api", image = "api:1" }])
    }
  }

  passes "tasks, flow logs and monitoring with roles of their own" {
    resource "aws_iam_role" "own" {
      for_each = toset(["ecs-tasks", "vpc-flow-logs", "monitoring.rds"])
      name     = each.value
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Principal = { Service = "${each.value}.amazonaws.com" }, Action = "sts:AssumeRole" }]
      })
    }

    resource "aws_ecs_task_definition" "api" {
      family                = "api"
      execution_role_arn    = aws_iam_role.own["ecs-tasks"].arn
      task_role_arn         = aws_iam_role.own["ecs-tasks"].arn
      container_definitions = jsonencode([{ name = "api", image = "api:1" }])
    }

    resource "aws_flow_log" "vpc" {
      vpc_id       = "vpc-1"
      traffic_type = "ALL"
      iam_role_arn = aws_iam_role.own["vpc-flow-logs"].arn
    }

    resource "aws_db_instance" "orders" {
      identifier          = "orders"
      instance_class      = "db.m7g.large"
      monitoring_interval = 60
      monitoring_role_arn = aws_iam_role.own["monitoring.rds"].arn
    }
  }

  fails "target with the role of a function" {
    resource "aws_iam_role" "caller" {
      name = "caller"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Principal = { Service = "lambda.amazonaws.com" }, Action = "sts:AssumeRole" }]
      })
    }

    resource "aws_cloudwatch_event_target" "refund" {
      rule     = "order-cancelled"
      arn      = "arn:aws:states:eu-west-1:111122223333:stateMachine:refund"
      role_arn = aws_iam_role.caller.arn
    }
  }

  fails "pipe with the role of a rule" {
    resource "aws_iam_role" "caller" {
      name = "caller"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Principal = { Service = ["events.amazonaws.com"] }, Action = "sts:AssumeRole" }]
      })
    }

    resource "aws_pipes_pipe" "orders" {
      name     = "orders"
      role_arn = aws_iam_role.caller.arn
      source   = "arn:aws:sqs:eu-west-1:111122223333:orders"
      target   = "arn:aws:states:eu-west-1:111122223333:stateMachine:refund"
    }
  }

  fails "schedule with the role of a rule" {
    resource "aws_iam_role" "caller" {
      name = "caller"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Principal = { Service = "events.amazonaws.com" }, Action = "sts:AssumeRole" }]
      })
    }

    resource "aws_scheduler_schedule" "nightly" {
      name                = "nightly"
      schedule_expression = "rate(1 day)"

      flexible_time_window {
        mode = "OFF"
      }

      target {
        arn      = "arn:aws:lambda:eu-west-1:111122223333:function:report"
        role_arn = aws_iam_role.caller.arn
      }
    }
  }

  fails "workflow with the role of a function" {
    resource "aws_iam_role" "caller" {
      name = "caller"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Principal = { Service = "lambda.amazonaws.com" }, Action = "sts:AssumeRole" }]
      })
    }

    resource "aws_sfn_state_machine" "refund" {
      name       = "refund"
      role_arn   = aws_iam_role.caller.arn
      definition = jsonencode({ StartAt = "Done", States = { Done = { Type = "Succeed" } } })
    }
  }

  fails "flow log with the role of a trail" {
    resource "aws_iam_role" "other" {
      name = "other"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Principal = { Service = "cloudtrail.amazonaws.com" }, Action = "sts:AssumeRole" }]
      })
    }

    resource "aws_flow_log" "shop" {
      vpc_id          = "vpc-0a1b2c3d"
      traffic_type    = "ALL"
      log_destination = "arn:aws:logs:eu-west-1:111122223333:log-group:flows"
      iam_role_arn    = aws_iam_role.other.arn
    }
  }

  fails "rule of IoT with the role of a function" {
    resource "aws_iam_role" "other" {
      name = "other"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Principal = { Service = "lambda.amazonaws.com" }, Action = "sts:AssumeRole" }]
      })
    }

    resource "aws_iot_topic_rule" "readings" {
      name        = "readings"
      enabled     = true
      sql         = "SELECT * FROM 'readings'"
      sql_version = "2016-03-23"

      sqs {
        queue_url  = "https://sqs.eu-west-1.amazonaws.com/111122223333/readings"
        role_arn   = aws_iam_role.other.arn
        use_base64 = false
      }
    }
  }

  fails "task with the role of a machine" {
    resource "aws_iam_role" "other" {
      name = "other"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }]
      })
    }

    resource "aws_ecs_task_definition" "web" {
      family                = "web"
      execution_role_arn    = aws_iam_role.other.arn
      container_definitions = jsonencode([{ name = "web", image = "web:1" }])
    }
  }

  fails "backups with the role of a function" {
    resource "aws_iam_role" "other" {
      name = "other"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Principal = { Service = "lambda.amazonaws.com" }, Action = "sts:AssumeRole" }]
      })
    }

    resource "aws_backup_selection" "all" {
      name         = "all"
      plan_id      = "plan"
      iam_role_arn = aws_iam_role.other.arn
      resources    = ["*"]
    }
  }

  fails "monitoring of a database with the role of the database" {
    resource "aws_iam_role" "other" {
      name = "other"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Principal = { Service = "rds.amazonaws.com" }, Action = "sts:AssumeRole" }]
      })
    }

    resource "aws_db_instance" "orders" {
      identifier          = "orders"
      engine              = "postgres"
      instance_class      = "db.r7g.large"
      monitoring_interval = 60
      monitoring_role_arn = aws_iam_role.other.arn
    }
  }

  fails "logs of APIs with the role of a function" {
    resource "aws_iam_role" "other" {
      name = "other"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Principal = { Service = "lambda.amazonaws.com" }, Action = "sts:AssumeRole" }]
      })
    }

    resource "aws_api_gateway_account" "here" {
      cloudwatch_role_arn = aws_iam_role.other.arn
    }
  }

  fails "subscription of a delivery stream with the role of the stream" {
    resource "aws_iam_role" "other" {
      name = "other"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Principal = { Service = "firehose.amazonaws.com" }, Action = "sts:AssumeRole" }]
      })
    }

    resource "aws_sns_topic_subscription" "archive" {
      topic_arn             = "arn:aws:sns:eu-west-1:111122223333:orders"
      protocol              = "firehose"
      endpoint              = "arn:aws:firehose:eu-west-1:111122223333:deliverystream/archive"
      subscription_role_arn = aws_iam_role.other.arn
    }
  }

  fails "metric stream with the role of the delivery stream" {
    resource "aws_iam_role" "other" {
      name = "other"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Principal = { Service = "firehose.amazonaws.com" }, Action = "sts:AssumeRole" }]
      })
    }

    resource "aws_cloudwatch_metric_stream" "all" {
      name          = "all"
      firehose_arn  = "arn:aws:firehose:eu-west-1:111122223333:deliverystream/archive"
      output_format = "json"
      role_arn      = aws_iam_role.other.arn
    }
  }

  passes "flow log" {
    resource "aws_iam_role" "other" {
      name = "other"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Principal = { Service = "vpc-flow-logs.amazonaws.com" }, Action = "sts:AssumeRole" }]
      })
    }

    resource "aws_flow_log" "shop" {
      vpc_id          = "vpc-0a1b2c3d"
      traffic_type    = "ALL"
      log_destination = "arn:aws:logs:eu-west-1:111122223333:log-group:flows"
      iam_role_arn    = aws_iam_role.other.arn
    }
  }

  passes "rule of IoT" {
    resource "aws_iam_role" "other" {
      name = "other"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Principal = { Service = "iot.amazonaws.com" }, Action = "sts:AssumeRole" }]
      })
    }

    resource "aws_iot_topic_rule" "readings" {
      name        = "readings"
      enabled     = true
      sql         = "SELECT * FROM 'readings'"
      sql_version = "2016-03-23"

      sqs {
        queue_url  = "https://sqs.eu-west-1.amazonaws.com/111122223333/readings"
        role_arn   = aws_iam_role.other.arn
        use_base64 = false
      }
    }
  }

  passes "task" {
    resource "aws_iam_role" "other" {
      name = "other"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Principal = { Service = "ecs-tasks.amazonaws.com" }, Action = "sts:AssumeRole" }]
      })
    }

    resource "aws_ecs_task_definition" "web" {
      family                = "web"
      execution_role_arn    = aws_iam_role.other.arn
      container_definitions = jsonencode([{ name = "web", image = "web:1" }])
    }
  }

  passes "monitoring of a database" {
    resource "aws_iam_role" "other" {
      name = "other"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Principal = { Service = "monitoring.rds.amazonaws.com" }, Action = "sts:AssumeRole" }]
      })
    }

    resource "aws_db_instance" "orders" {
      identifier          = "orders"
      engine              = "postgres"
      instance_class      = "db.r7g.large"
      monitoring_interval = 60
      monitoring_role_arn = aws_iam_role.other.arn
    }
  }

  passes "subscription of a log, the service by its Region" {
    resource "aws_iam_role" "other" {
      name = "other"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Principal = { Service = "logs.eu-west-1.amazonaws.com" }, Action = "sts:AssumeRole" }]
      })
    }

    resource "aws_cloudwatch_log_subscription_filter" "archive" {
      name            = "archive"
      log_group_name  = "orders"
      filter_pattern  = ""
      destination_arn = "arn:aws:firehose:eu-west-1:111122223333:deliverystream/archive"
      role_arn        = aws_iam_role.other.arn
    }
  }

  passes "metric stream" {
    resource "aws_iam_role" "other" {
      name = "other"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Principal = { Service = "streams.metrics.cloudwatch.amazonaws.com" }, Action = "sts:AssumeRole" }]
      })
    }

    resource "aws_cloudwatch_metric_stream" "all" {
      name          = "all"
      firehose_arn  = "arn:aws:firehose:eu-west-1:111122223333:deliverystream/archive"
      output_format = "json"
      role_arn      = aws_iam_role.other.arn
    }
  }

  passes "the service is trusted" {
    resource "aws_iam_role" "caller" {
      name = "caller"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Principal = { Service = "events.amazonaws.com" }, Action = "sts:AssumeRole" }]
      })
    }

    resource "aws_cloudwatch_event_target" "refund" {
      rule     = "order-cancelled"
      arn      = "arn:aws:states:eu-west-1:111122223333:stateMachine:refund"
      role_arn = aws_iam_role.caller.arn
    }
  }

  passes "several services are trusted" {
    resource "aws_iam_role" "caller" {
      name = "caller"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Principal = { Service = ["lambda.amazonaws.com", "pipes.amazonaws.com"] }, Action = "sts:AssumeRole" }]
      })
    }

    resource "aws_pipes_pipe" "orders" {
      name     = "orders"
      role_arn = aws_iam_role.caller.arn
      source   = "arn:aws:sqs:eu-west-1:111122223333:orders"
      target   = "arn:aws:states:eu-west-1:111122223333:stateMachine:refund"
    }
  }

  passes "everybody is trusted" {
    resource "aws_iam_role" "caller" {
      name = "caller"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Principal = "*", Action = "sts:AssumeRole" }]
      })
    }

    resource "aws_pipes_pipe" "orders" {
      name     = "orders"
      role_arn = aws_iam_role.caller.arn
      source   = "arn:aws:sqs:eu-west-1:111122223333:orders"
      target   = "arn:aws:states:eu-west-1:111122223333:stateMachine:refund"
    }
  }

  passes "workflow, the service by its Region" {
    resource "aws_iam_role" "caller" {
      name = "caller"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Principal = { Service = "states.eu-west-1.amazonaws.com" }, Action = "sts:AssumeRole" }]
      })
    }

    resource "aws_sfn_state_machine" "refund" {
      name       = "refund"
      role_arn   = aws_iam_role.caller.arn
      definition = jsonencode({ StartAt = "Done", States = { Done = { Type = "Succeed" } } })
    }
  }

  passes "a role that is made elsewhere" {
    resource "aws_cloudwatch_event_target" "refund" {
      rule     = "order-cancelled"
      arn      = "arn:aws:states:eu-west-1:111122223333:stateMachine:refund"
      role_arn = "arn:aws:iam::111122223333:role/events"
    }
  }

  unknown "who is trusted is given by the caller" {
    variable "service" { type = string }

    resource "aws_iam_role" "caller" {
      name = "caller"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Principal = { Service = var.service }, Action = "sts:AssumeRole" }]
      })
    }

    resource "aws_cloudwatch_event_target" "refund" {
      rule     = "order-cancelled"
      arn      = "arn:aws:states:eu-west-1:111122223333:stateMachine:refund"
      role_arn = aws_iam_role.caller.arn
    }
  }
}
