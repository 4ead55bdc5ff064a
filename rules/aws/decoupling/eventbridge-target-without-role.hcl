rule "eventbridge-target-without-role" {
  summary     = "EventBridge target without the role that it needs"
  principle   = "decoupling"
  severity    = "error"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    Queues, topics and functions admit EventBridge by their own policy. Streams, workflows, tasks, jobs, pipelines and API
    destinations have none: EventBridge must be given a role, or it cannot call them.
  MD
  fix         = "Set `role_arn` to a role that `events.amazonaws.com` may assume and that may start the target."
  notice      = "`FailedInvocations` of the rule equals `Invocations`."
  prove       = "Send a matching event: the target never runs."
  references  = ["AWS Well-Architected REL04-BP02", "Amazon EventBridge User Guide: IAM roles for sending events to targets"]

  locals {
    by_reference = refs(
      self.arn,
      "aws_sfn_state_machine", "aws_kinesis_stream", "aws_kinesis_firehose_delivery_stream", "aws_batch_job_queue",
      "aws_codebuild_project", "aws_codepipeline", "aws_cloudwatch_event_api_destination", "aws_ecs_cluster",
      "aws_sagemaker_pipeline", "aws_glue_workflow",
    )
    # An ARN that is put together begins with its service.
    named = length(local.by_reference) > 0 ? true : default(attribute(self.arn), "") != "" ? false : anytrue([
      for service in ["states", "kinesis", "firehose", "batch", "codebuild", "codepipeline", "ecs"] :
      startswith(self.arn, "arn:aws:${service}:") || startswith(self.arn, "arn:aws-cn:${service}:") || startswith(self.arn, "arn:aws-us-gov:${service}:")
    ]) || startswith(self.arn, "arn:aws:events:") && can(regex(":api-destination/", self.arn))
    by_use = length(default(self.ecs_target, [])) > 0 || length(default(self.batch_target, [])) > 0 || length(default(self.kinesis_target, [])) > 0
  }

  for_each = resources("aws_cloudwatch_event_target")
  unless   = !(local.by_use || local.named)
  when     = length(refs(self.role_arn)) == 0 && default(self.role_arn, "") == ""
  at       = "role_arn"
  message  = "EventBridge may not call what `${self}` names: the target has no role"

  label "is called with a role only" {
    at = local.by_reference
  }

  fails "state machine" {
    resource "aws_sfn_state_machine" "refund" {
      name       = "refund"
      role_arn   = "arn:aws:iam::111122223333:role/refund"
      definition = jsonencode({ StartAt = "Done", States = { Done = { Type = "Succeed" } } })
    }

    resource "aws_cloudwatch_event_target" "refund" {
      rule = "order-cancelled"
      arn  = aws_sfn_state_machine.refund.arn
    }
  }

  fails "stream, by an ARN that is put together" {
    data "aws_caller_identity" "here" {}

    data "aws_region" "here" {}

    resource "aws_cloudwatch_event_target" "clicks" {
      rule = "clicked"
      arn  = "arn:aws:firehose:${data.aws_region.here.region}:${data.aws_caller_identity.here.account_id}:deliverystream/clicks"
    }
  }

  fails "task, the cluster by its ARN" {
    resource "aws_cloudwatch_event_target" "report" {
      rule = "nightly"
      arn  = "arn:aws:ecs:eu-west-1:111122223333:cluster/main"

      ecs_target {
        task_definition_arn = "arn:aws:ecs:eu-west-1:111122223333:task-definition/report"
      }
    }
  }

  fails "ARN of a stream that stands elsewhere" {
    resource "aws_cloudwatch_event_target" "archive" {
      rule = "order-placed"
      arn  = "arn:aws:kinesis:eu-west-1:111122223333:stream/orders"
    }
  }

  passes "with a role" {
    resource "aws_iam_role" "events" {
      name               = "events"
      assume_role_policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "events.amazonaws.com" } }] })
    }

    resource "aws_kinesis_stream" "audit" {
      name        = "audit"
      shard_count = 1
    }

    resource "aws_cloudwatch_event_target" "audit" {
      rule     = "everything"
      arn      = aws_kinesis_stream.audit.arn
      role_arn = aws_iam_role.events.arn
    }
  }

  passes "a function, by an ARN that is put together" {
    data "aws_region" "here" {}

    resource "aws_cloudwatch_event_target" "report" {
      rule = "nightly"
      arn  = "arn:aws:lambda:${data.aws_region.here.region}:111122223333:function:report"
    }
  }

  passes "a queue admits EventBridge by its policy" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }

    resource "aws_cloudwatch_event_target" "orders" {
      rule = "order-placed"
      arn  = aws_sqs_queue.orders.arn
    }
  }

  unknown "role is given by the caller" {
    variable "role_arn" { type = string }

    resource "aws_sfn_state_machine" "refund" {
      name       = "refund"
      role_arn   = "arn:aws:iam::111122223333:role/refund"
      definition = jsonencode({ StartAt = "Done", States = { Done = { Type = "Succeed" } } })
    }

    resource "aws_cloudwatch_event_target" "refund" {
      rule     = "order-cancelled"
      arn      = aws_sfn_state_machine.refund.arn
      role_arn = var.role_arn
    }
  }
}
