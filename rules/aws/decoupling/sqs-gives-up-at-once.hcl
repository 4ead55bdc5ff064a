rule "sqs-gives-up-at-once" {
  summary     = "Queue sets a message aside after its first receive"
  principle   = "decoupling"
  severity    = "warning"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    Lambda receives messages that it then cannot run because the function is throttled, and each of these counts. With one receive a busy minute fills
    the dead-letter queue with messages that nothing is wrong with.
  MD
  fix         = "Raise `maxReceiveCount`; for a function AWS asks for at least 5."
  notice      = "`ApproximateNumberOfMessagesVisible` of the dead-letter queue rises with each short outage."
  prove       = "Fail the consumer for one minute with `aws:lambda:invocation-error`, and count the good messages that were set aside."
  references  = ["AWS Well-Architected REL05-BP03", "AWS Lambda Developer Guide: Configuring an SQS queue for Lambda"]

  param "minimum_receives" {
    default = 2
    doc     = "Fewest receives before a message is set aside."
  }

  # Whoever polls a queue himself knows how often he tries.
  for_each = resources("aws_sqs_queue")
  unless   = length(queue_functions(self)) == 0 || self.fifo_queue == true
  when     = receives(self) != null && receives(self) < param.minimum_receives
  at       = "redrive_policy"
  message  = "`${self}` sets a message aside after ${receives(self)} receive, also when its function was only throttled"

  label "takes its messages" {
    at = queue_functions(self)
  }

  fails "one receive" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
      redrive_policy = jsonencode({
        deadLetterTargetArn = aws_sqs_queue.dead.arn
        maxReceiveCount     = 1
      })
    }

    resource "aws_sqs_queue" "dead" {
      name = "orders-dead"
    }

    resource "aws_lambda_function" "worker" {
      function_name = "worker"
    }

    resource "aws_lambda_event_source_mapping" "orders" {
      event_source_arn = aws_sqs_queue.orders.arn
      function_name    = aws_lambda_function.worker.arn
    }
  }

  passes "five receives" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
      redrive_policy = jsonencode({
        deadLetterTargetArn = aws_sqs_queue.dead.arn
        maxReceiveCount     = 5
      })
    }

    resource "aws_sqs_queue" "dead" {
      name = "orders-dead"
    }

    resource "aws_lambda_function" "worker" {
      function_name = "worker"
    }

    resource "aws_lambda_event_source_mapping" "orders" {
      event_source_arn = aws_sqs_queue.orders.arn
      function_name    = aws_lambda_function.worker.arn
    }
  }

  passes "FIFO, where order may be worth more than a retry" {
    resource "aws_sqs_queue" "orders" {
      name       = "orders.fifo"
      fifo_queue = true
      redrive_policy = jsonencode({
        deadLetterTargetArn = "arn:aws:sqs:eu-west-1:111122223333:orders-dead.fifo"
        maxReceiveCount     = 1
      })
    }

    resource "aws_lambda_function" "worker" {
      function_name = "worker"
    }

    resource "aws_lambda_event_source_mapping" "orders" {
      event_source_arn = aws_sqs_queue.orders.arn
      function_name    = aws_lambda_function.worker.arn
    }
  }

  passes "nothing here says who reads it" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
      redrive_policy = jsonencode({
        deadLetterTargetArn = "arn:aws:sqs:eu-west-1:111122223333:orders-dead"
        maxReceiveCount     = 1
      })
    }
  }

  unknown "given by the caller" {
    variable "receives" { type = number }

    resource "aws_sqs_queue" "orders" {
      name = "orders"
      redrive_policy = jsonencode({
        deadLetterTargetArn = "arn:aws:sqs:eu-west-1:111122223333:orders-dead"
        maxReceiveCount     = var.receives
      })
    }

    resource "aws_lambda_function" "worker" {
      function_name = "worker"
    }

    resource "aws_lambda_event_source_mapping" "orders" {
      event_source_arn = aws_sqs_queue.orders.arn
      function_name    = aws_lambda_function.worker.arn
    }
  }
}
