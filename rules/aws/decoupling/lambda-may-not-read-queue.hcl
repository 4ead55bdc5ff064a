rule "lambda-may-not-read-queue" {
  summary     = "Function with a role that may not read its queue"
  principle   = "decoupling"
  severity    = "error"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    Lambda reads a queue with the role of the function. Where that role lacks `sqs:ReceiveMessage`, Lambda refuses the trigger in the
    middle of an apply, or stops reading once the permission is taken away.
  MD
  fix         = "Attach `AWSLambdaSQSQueueExecutionRole`, or allow `sqs:ReceiveMessage`, `sqs:DeleteMessage` and `sqs:GetQueueAttributes` for the queue."
  notice      = "`ApproximateAgeOfOldestMessage` grows while the function has no `Invocations`."
  prove       = "Send one message in a test account: it stays in the queue."
  references  = ["AWS Well-Architected REL04-BP02", "AWS Lambda Developer Guide: Creating and configuring an Amazon SQS event source mapping"]

  locals {
    queues = refs(self.event_source_arn, "aws_sqs_queue")
    # A role without any policy here is finished elsewhere, and the policy of a queue may name the role.
    closed = [
      for r in flatten([for f in mapped_functions(self) : refs(f.role, "aws_iam_role")]) : r
      if(
        length(attached_policies(r)) + length(policy_texts(r)) > 0
        && !reads_queues(r)
        && !anytrue([
          for q in local.queues : contains(refs(q.policy), r) || length([
            for p in referrers(q, "refers", "aws_sqs_queue_policy") : p if contains(refs(p.policy), r)
          ]) > 0
        ])
      )
    ]
  }

  for_each = resources("aws_lambda_event_source_mapping")
  when     = length(local.queues) > 0 && length(local.closed) > 0
  at       = "event_source_arn"
  message  = "`${local.queues[0]}` is not read: the role `${local.closed[0]}` may not call ${join(", ", refused_by_queues(local.closed[0]))}"

  label "may not read the queue" {
    at = local.closed
  }

  fails "may write logs only" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }

    resource "aws_iam_role" "worker" {
      name               = "worker"
      assume_role_policy = "{}"
    }

    resource "aws_iam_role_policy_attachment" "worker" {
      role       = aws_iam_role.worker.name
      policy_arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
    }

    resource "aws_lambda_function" "worker" {
      function_name = "worker"
      role          = aws_iam_role.worker.arn
    }

    resource "aws_lambda_event_source_mapping" "orders" {
      event_source_arn = aws_sqs_queue.orders.arn
      function_name    = aws_lambda_function.worker.arn
    }
  }

  fails "may send" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }

    resource "aws_iam_role" "worker" {
      name               = "worker"
      assume_role_policy = "{}"
    }

    resource "aws_iam_role_policy_attachment" "worker" {
      role       = aws_iam_role.worker.name
      policy_arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
    }

    resource "aws_iam_role_policy" "worker" {
      name   = "worker"
      role   = aws_iam_role.worker.id
      policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = ["sqs:SendMessage", "sqs:GetQueueUrl"], Resource = "*" }] })
    }

    resource "aws_lambda_function" "worker" {
      function_name = "worker"
      role          = aws_iam_role.worker.arn
    }

    resource "aws_lambda_event_source_mapping" "orders" {
      event_source_arn = aws_sqs_queue.orders.arn
      function_name    = aws_lambda_function.worker.arn
    }
  }

  passes "policy of AWS for this" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }

    resource "aws_iam_role" "worker" {
      name               = "worker"
      assume_role_policy = "{}"
    }

    resource "aws_iam_role_policy_attachment" "worker" {
      role       = aws_iam_role.worker.name
      policy_arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole"
    }

    resource "aws_lambda_function" "worker" {
      function_name = "worker"
      role          = aws_iam_role.worker.arn
    }

    resource "aws_lambda_event_source_mapping" "orders" {
      event_source_arn = aws_sqs_queue.orders.arn
      function_name    = aws_lambda_function.worker.arn
    }
  }

  passes "may receive" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }

    resource "aws_iam_role" "worker" {
      name               = "worker"
      assume_role_policy = "{}"
    }

    resource "aws_iam_role_policy" "worker" {
      name   = "worker"
      role   = aws_iam_role.worker.id
      policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], Resource = "*" }] })
    }

    resource "aws_lambda_function" "worker" {
      function_name = "worker"
      role          = aws_iam_role.worker.arn
    }

    resource "aws_lambda_event_source_mapping" "orders" {
      event_source_arn = aws_sqs_queue.orders.arn
      function_name    = aws_lambda_function.worker.arn
    }
  }

  passes "may do everything with queues" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }

    resource "aws_iam_role" "worker" {
      name               = "worker"
      assume_role_policy = "{}"
    }

    resource "aws_iam_role_policy" "worker" {
      name   = "worker"
      role   = aws_iam_role.worker.id
      policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sqs:*", Resource = "*" }] })
    }

    resource "aws_lambda_function" "worker" {
      function_name = "worker"
      role          = aws_iam_role.worker.arn
    }

    resource "aws_lambda_event_source_mapping" "orders" {
      event_source_arn = aws_sqs_queue.orders.arn
      function_name    = aws_lambda_function.worker.arn
    }
  }

  passes "a role without any policy here, which is finished elsewhere" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }

    resource "aws_iam_role" "worker" {
      name               = "worker"
      assume_role_policy = "{}"
    }

    resource "aws_lambda_function" "worker" {
      function_name = "worker"
      role          = aws_iam_role.worker.arn
    }

    resource "aws_lambda_event_source_mapping" "orders" {
      event_source_arn = aws_sqs_queue.orders.arn
      function_name    = aws_lambda_function.worker.arn
    }
  }

  passes "the queue admits the role" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }

    resource "aws_iam_role" "worker" {
      name               = "worker"
      assume_role_policy = "{}"
    }

    resource "aws_iam_role_policy_attachment" "worker" {
      role       = aws_iam_role.worker.name
      policy_arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
    }

    resource "aws_sqs_queue_policy" "orders" {
      queue_url = aws_sqs_queue.orders.id
      policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Principal = { AWS = aws_iam_role.worker.arn }, Action = "sqs:*", Resource = "*" }]
      })
    }

    resource "aws_lambda_function" "worker" {
      function_name = "worker"
      role          = aws_iam_role.worker.arn
    }

    resource "aws_lambda_event_source_mapping" "orders" {
      event_source_arn = aws_sqs_queue.orders.arn
      function_name    = aws_lambda_function.worker.arn
    }
  }

  unknown "policy is given by the caller" {
    variable "actions" { type = list(string) }

    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }

    resource "aws_iam_role" "worker" {
      name               = "worker"
      assume_role_policy = "{}"
    }

    resource "aws_iam_role_policy" "worker" {
      name   = "worker"
      role   = aws_iam_role.worker.id
      policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = var.actions, Resource = "*" }] })
    }

    resource "aws_lambda_function" "worker" {
      function_name = "worker"
      role          = aws_iam_role.worker.arn
    }

    resource "aws_lambda_event_source_mapping" "orders" {
      event_source_arn = aws_sqs_queue.orders.arn
      function_name    = aws_lambda_function.worker.arn
    }
  }
}
