rule "iam-role-may-not-call-target" {
  summary     = "Role that may not call the target it is given for"
  principle   = "decoupling"
  severity    = "error"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    A schedule, a rule, a pipe or a rule of IoT calls its target as a role. Terraform creates it whatever the role may do; where no policy allows the call,
    each of them is refused, and only a metric tells.
  MD
  fix         = "Allow the role the action on the target, such as `sqs:SendMessage` for a queue or `states:StartExecution` for a workflow."
  notice      = "`FailedInvocations` of the rule or `TargetErrorCount` of the schedule rises, and CloudTrail shows `AccessDenied`."
  prove       = "Trigger it once in a test account: the target gets nothing."
  references  = ["AWS Well-Architected REL04-BP02", "Amazon EventBridge User Guide: IAM roles for sending events to targets"]

  locals {
    closed = flatten([
      for c in role_calls(self) : [
        for r in refs(c.role, "aws_iam_role") : { role = r, target = c.target, action = c.actions[0] }
        # A role without any policy here is finished elsewhere, and the policy of the target may name the role.
        if(
          length(attached_policies(r)) + length(policy_texts(r)) > 0
          && !anytrue([for a in allowed_actions(r) : anytrue([for action in c.actions : length(regexall("^${replace(replace(a, "*", ".*"), "?", ".")}$", lower(action))) > 0])])
          && !contains(refs(c.target.policy), r)
          && length([for p in referrers(c.target, "configures") : p if contains(refs(p.policy), r)]) == 0
        )
      ]
    ])
  }

  for_each = resources("role_calls")
  when     = length(local.closed) > 0
  message  = "`${self}` does not reach `${local.closed[0].target}`: its role `${local.closed[0].role}` may not call ${local.closed[0].action}"

  label "may not call it" {
    at = [for c in local.closed : c.role]
  }

  fails "schedule whose role may read the queue only" {
    resource "aws_iam_role" "caller" {
      name = "caller"
      assume_role_policy = jsonencode({
        Statement = [{ Effect = "Allow", Principal = { Service = ["scheduler.amazonaws.com", "events.amazonaws.com", "pipes.amazonaws.com", "iot.amazonaws.com"] }, Action = "sts:AssumeRole" }]
      })
    }

    resource "aws_iam_role_policy" "caller" {
      role = aws_iam_role.caller.id
      policy = jsonencode({
        Statement = [{ Effect = "Allow", Action = ["sqs:ReceiveMessage"], Resource = "*" }]
      })
    }

    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }

    resource "aws_scheduler_schedule" "hourly" {
      name                = "hourly"
      schedule_expression = "rate(1 hour)"

      flexible_time_window {
        mode = "OFF"
      }

      target {
        arn      = aws_sqs_queue.orders.arn
        role_arn = aws_iam_role.caller.arn
      }
    }
  }

  fails "rule whose role may call functions only" {
    resource "aws_iam_role" "caller" {
      name = "caller"
      assume_role_policy = jsonencode({
        Statement = [{ Effect = "Allow", Principal = { Service = ["scheduler.amazonaws.com", "events.amazonaws.com", "pipes.amazonaws.com", "iot.amazonaws.com"] }, Action = "sts:AssumeRole" }]
      })
    }

    resource "aws_iam_role_policy" "caller" {
      role = aws_iam_role.caller.id
      policy = jsonencode({
        Statement = [{ Effect = "Allow", Action = ["lambda:InvokeFunction"], Resource = "*" }]
      })
    }

    resource "aws_sfn_state_machine" "refund" {
      name       = "refund"
      role_arn   = "arn:aws:iam::111122223333:role/refund"
      definition = jsonencode({ StartAt = "Done", States = { Done = { Type = "Succeed" } } })
    }

    resource "aws_cloudwatch_event_target" "refund" {
      rule     = "order-cancelled"
      arn      = aws_sfn_state_machine.refund.arn
      role_arn = aws_iam_role.caller.arn
    }
  }

  fails "pipe whose role may only read" {
    resource "aws_iam_role" "caller" {
      name = "caller"
      assume_role_policy = jsonencode({
        Statement = [{ Effect = "Allow", Principal = { Service = ["scheduler.amazonaws.com", "events.amazonaws.com", "pipes.amazonaws.com", "iot.amazonaws.com"] }, Action = "sts:AssumeRole" }]
      })
    }

    resource "aws_iam_role_policy" "caller" {
      role = aws_iam_role.caller.id
      policy = jsonencode({
        Statement = [{ Effect = "Allow", Action = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], Resource = "*" }]
      })
    }

    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }

    resource "aws_pipes_pipe" "orders" {
      name     = "orders"
      role_arn = aws_iam_role.caller.arn
      source   = "arn:aws:sqs:eu-west-1:111122223333:incoming"
      target   = aws_sqs_queue.orders.arn
    }
  }

  fails "rule of IoT whose role may publish only" {
    resource "aws_iam_role" "caller" {
      name = "caller"
      assume_role_policy = jsonencode({
        Statement = [{ Effect = "Allow", Principal = { Service = ["scheduler.amazonaws.com", "events.amazonaws.com", "pipes.amazonaws.com", "iot.amazonaws.com"] }, Action = "sts:AssumeRole" }]
      })
    }

    resource "aws_iam_role_policy" "caller" {
      role = aws_iam_role.caller.id
      policy = jsonencode({
        Statement = [{ Effect = "Allow", Action = ["sns:Publish"], Resource = "*" }]
      })
    }

    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }

    resource "aws_iot_topic_rule" "readings" {
      name        = "readings"
      enabled     = true
      sql         = "SELECT * FROM 'readings'"
      sql_version = "2016-03-23"

      sqs {
        queue_url  = aws_sqs_queue.orders.url
        role_arn   = aws_iam_role.caller.arn
        use_base64 = false
      }
    }
  }

  passes "schedule whose role may send" {
    resource "aws_iam_role" "caller" {
      name = "caller"
      assume_role_policy = jsonencode({
        Statement = [{ Effect = "Allow", Principal = { Service = ["scheduler.amazonaws.com", "events.amazonaws.com", "pipes.amazonaws.com", "iot.amazonaws.com"] }, Action = "sts:AssumeRole" }]
      })
    }

    resource "aws_iam_role_policy" "caller" {
      role = aws_iam_role.caller.id
      policy = jsonencode({
        Statement = [{ Effect = "Allow", Action = ["sqs:SendMessage"], Resource = "*" }]
      })
    }

    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }

    resource "aws_scheduler_schedule" "hourly" {
      name                = "hourly"
      schedule_expression = "rate(1 hour)"

      flexible_time_window {
        mode = "OFF"
      }

      target {
        arn      = aws_sqs_queue.orders.arn
        role_arn = aws_iam_role.caller.arn
      }
    }
  }

  passes "all actions of the service" {
    resource "aws_iam_role" "caller" {
      name = "caller"
      assume_role_policy = jsonencode({
        Statement = [{ Effect = "Allow", Principal = { Service = ["scheduler.amazonaws.com", "events.amazonaws.com", "pipes.amazonaws.com", "iot.amazonaws.com"] }, Action = "sts:AssumeRole" }]
      })
    }

    resource "aws_iam_role_policy" "caller" {
      role = aws_iam_role.caller.id
      policy = jsonencode({
        Statement = [{ Effect = "Allow", Action = ["states:*"], Resource = "*" }]
      })
    }

    resource "aws_sfn_state_machine" "refund" {
      name       = "refund"
      role_arn   = "arn:aws:iam::111122223333:role/refund"
      definition = jsonencode({ StartAt = "Done", States = { Done = { Type = "Succeed" } } })
    }

    resource "aws_cloudwatch_event_target" "refund" {
      rule     = "order-cancelled"
      arn      = aws_sfn_state_machine.refund.arn
      role_arn = aws_iam_role.caller.arn
    }
  }

  passes "a role that is finished elsewhere" {
    resource "aws_iam_role" "caller" {
      name = "caller"
      assume_role_policy = jsonencode({
        Statement = [{ Effect = "Allow", Principal = { Service = ["scheduler.amazonaws.com", "events.amazonaws.com", "pipes.amazonaws.com", "iot.amazonaws.com"] }, Action = "sts:AssumeRole" }]
      })
    }

    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }

    resource "aws_scheduler_schedule" "hourly" {
      name                = "hourly"
      schedule_expression = "rate(1 hour)"

      flexible_time_window {
        mode = "OFF"
      }

      target {
        arn      = aws_sqs_queue.orders.arn
        role_arn = aws_iam_role.caller.arn
      }
    }
  }

  passes "a policy of AWS that is not known here" {
    resource "aws_iam_role" "caller" {
      name = "caller"
      assume_role_policy = jsonencode({
        Statement = [{ Effect = "Allow", Principal = { Service = ["scheduler.amazonaws.com", "events.amazonaws.com", "pipes.amazonaws.com", "iot.amazonaws.com"] }, Action = "sts:AssumeRole" }]
      })
    }

    resource "aws_iam_role_policy_attachment" "caller" {
      role       = aws_iam_role.caller.name
      policy_arn = "arn:aws:iam::aws:policy/AmazonSQSFullAccess"
    }

    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }

    resource "aws_scheduler_schedule" "hourly" {
      name                = "hourly"
      schedule_expression = "rate(1 hour)"

      flexible_time_window {
        mode = "OFF"
      }

      target {
        arn      = aws_sqs_queue.orders.arn
        role_arn = aws_iam_role.caller.arn
      }
    }
  }

  passes "the policy of the queue names the role" {
    resource "aws_iam_role" "caller" {
      name = "caller"
      assume_role_policy = jsonencode({
        Statement = [{ Effect = "Allow", Principal = { Service = ["scheduler.amazonaws.com", "events.amazonaws.com", "pipes.amazonaws.com", "iot.amazonaws.com"] }, Action = "sts:AssumeRole" }]
      })
    }

    resource "aws_iam_role_policy" "caller" {
      role = aws_iam_role.caller.id
      policy = jsonencode({
        Statement = [{ Effect = "Allow", Action = ["logs:PutLogEvents"], Resource = "*" }]
      })
    }

    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }

    resource "aws_sqs_queue_policy" "orders" {
      queue_url = aws_sqs_queue.orders.url
      policy = jsonencode({
        Statement = [{ Effect = "Allow", Principal = { AWS = aws_iam_role.caller.arn }, Action = "sqs:SendMessage", Resource = "*" }]
      })
    }

    resource "aws_scheduler_schedule" "hourly" {
      name                = "hourly"
      schedule_expression = "rate(1 hour)"

      flexible_time_window {
        mode = "OFF"
      }

      target {
        arn      = aws_sqs_queue.orders.arn
        role_arn = aws_iam_role.caller.arn
      }
    }
  }

  unknown "what it may do is given by the caller" {
    variable "action" { type = string }

    resource "aws_iam_role" "caller" {
      name = "caller"
      assume_role_policy = jsonencode({
        Statement = [{ Effect = "Allow", Principal = { Service = ["scheduler.amazonaws.com", "events.amazonaws.com", "pipes.amazonaws.com", "iot.amazonaws.com"] }, Action = "sts:AssumeRole" }]
      })
    }

    resource "aws_iam_role_policy" "caller" {
      role = aws_iam_role.caller.id
      policy = jsonencode({
        Statement = [{ Effect = "Allow", Action = var.action, Resource = "*" }]
      })
    }

    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }

    resource "aws_scheduler_schedule" "hourly" {
      name                = "hourly"
      schedule_expression = "rate(1 hour)"

      flexible_time_window {
        mode = "OFF"
      }

      target {
        arn      = aws_sqs_queue.orders.arn
        role_arn = aws_iam_role.caller.arn
      }
    }
  }
}
