rule "messaging-queue-destroyed" {
  summary      = "Queue or stream destroyed with what waits in it"
  principle    = "change"
  severity     = "warning"
  environment  = "any"
  needs        = "plan"
  since        = "2027.1"
  renamed_from = ["queue-destroyed"]
  why          = <<-MD
    Messages that wait, and records of a stream that are not read yet, are deleted with it. Who sends to it meanwhile gets errors, and a queue
    of the same name cannot be made again for a minute.
  MD
  fix          = "If only its address changed, add a `moved` block. Else make the new one beside it, let producers go over, and delete the old one when it is empty."
  notice       = "`NumberOfMessagesSent` ends, and producers log `QueueDoesNotExist` or its like."
  prove        = "Count the messages in the queue right before the apply in a test environment, and how many the consumer still gets."
  references = [
    "Amazon SQS API Reference: DeleteQueue",
    "AWS Well-Architected REL05-BP01",
  ]

  locals {
    was  = before(self)
    gone = action(self) == "delete"
    # Renamed without `moved`: another address makes a queue of this name.
    renamed = local.gone ? [for q in resources(type(self)) : q if q.name == self.name] : []
    users   = local.gone ? concat(referrers(local.was, "sends"), referrers(local.was, "consumes")) : []
    staying = [for u in local.users : after(u) if after(u) != null]
  }

  for_each = concat(resources("aws_sqs_queue", "aws_kinesis_stream"), destroyed("aws_sqs_queue", "aws_kinesis_stream"))
  when     = action(self) == "replace" || length(local.renamed) > 0 || length(local.staying) > 0
  at       = "name"
  message  = "this plan destroys `${self}` and every message that waits in it"

  label "uses it, and stays" {
    at = local.staying
  }

  fails "another name, for which the queue is made anew" {
    replaces = ["aws_sqs_queue.jobs"]

    before {
      resource "aws_sqs_queue" "jobs" {
        name = "jobs"
      }
    }

    resource "aws_sqs_queue" "jobs" {
      name = "tasks"
    }
  }

  fails "renamed without moved" {
    before {
      resource "aws_sqs_queue" "jobs" {
        name = "jobs"
      }
    }

    resource "aws_sqs_queue" "this" {
      name = "jobs"
    }
  }

  fails "the function that sends to it stays" {
    before {
      resource "aws_sqs_queue" "jobs" {
        name = "jobs"
      }

      resource "aws_lambda_function" "upload" {
        function_name = "upload"

        environment {
          variables = { QUEUE_URL = aws_sqs_queue.jobs.url }
        }
      }
    }

    resource "aws_lambda_function" "upload" {
      function_name = "upload"
    }
  }

  passes "everything that used it goes too" {
    before {
      resource "aws_sqs_queue" "jobs" {
        name = "jobs"
      }

      resource "aws_lambda_function" "upload" {
        function_name = "upload"

        environment {
          variables = { QUEUE_URL = aws_sqs_queue.jobs.url }
        }
      }
    }
  }

  passes "an update in place" {
    before {
      resource "aws_sqs_queue" "jobs" {
        name                       = "jobs"
        visibility_timeout_seconds = 30
      }
    }

    resource "aws_sqs_queue" "jobs" {
      name                       = "jobs"
      visibility_timeout_seconds = 90
    }
  }

  unknown "the name of the other queue is not known" {
    before {
      resource "aws_sqs_queue" "jobs" {
        name = "jobs"
      }
    }

    variable "name" { type = string }

    resource "aws_sqs_queue" "this" {
      name = var.name
    }
  }
}
