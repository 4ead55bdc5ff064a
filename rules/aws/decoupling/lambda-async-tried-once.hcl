rule "lambda-async-tried-once" {
  summary     = "Asynchronous function loses an event at its first error"
  principle   = "decoupling"
  severity    = "warning"
  environment = "any"
  since       = "0.1.0"
  why         = <<-MD
    Without retries a short outage of what the function calls is enough: the event fails once and is thrown away, and nothing keeps it.
  MD
  fix         = "Leave `maximum_retry_attempts` at two, or add an `on_failure` destination that keeps what failed."
  references  = ["AWS Well-Architected REL05-BP03", "AWS Lambda Developer Guide: Asynchronous invocation error handling"]

  for_each = resources("aws_lambda_function_event_invoke_config")
  unless = (
    length(default(self.destination_config[0].on_failure, [])) > 0
    || anytrue([for f in refs(self.function_name, "aws_lambda_function") : length(default(f.dead_letter_config, [])) > 0])
  )
  when    = self.maximum_retry_attempts != null && self.maximum_retry_attempts == 0
  at      = "maximum_retry_attempts"
  message = "an event that fails once in the function of `${self}` is gone"

  fails "no retries" {
    resource "aws_lambda_function_event_invoke_config" "bill" {
      function_name          = "bill"
      maximum_retry_attempts = 0
    }
  }

  passes "kept" {
    resource "aws_lambda_function_event_invoke_config" "bill" {
      function_name          = "bill"
      maximum_retry_attempts = 0

      destination_config {
        on_failure {
          destination = "arn:aws:sqs:eu-west-1:111122223333:bill-failed"
        }
      }
    }
  }

  passes "dead-letter queue of the function" {
    resource "aws_lambda_function" "bill" {
      function_name = "bill"

      dead_letter_config {
        target_arn = "arn:aws:sqs:eu-west-1:111122223333:bill-failed"
      }
    }

    resource "aws_lambda_function_event_invoke_config" "bill" {
      function_name          = aws_lambda_function.bill.function_name
      maximum_retry_attempts = 0
    }
  }

  passes "default of two" {
    resource "aws_lambda_function_event_invoke_config" "bill" {
      function_name                = "bill"
      maximum_event_age_in_seconds = 3600
    }
  }

  unknown "given by the caller" {
    variable "attempts" { type = number }

    resource "aws_lambda_function_event_invoke_config" "bill" {
      function_name          = "bill"
      maximum_retry_attempts = var.attempts
    }
  }
}
