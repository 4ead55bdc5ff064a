rule "messaging-dead-letter-removed" {
  summary      = "Dead-letter queue or failure destination taken away"
  principle    = "change"
  severity     = "error"
  environment  = "any"
  needs        = "plan"
  since        = "2027.1"
  renamed_from = ["dead-letter-queue-removed"]
  why          = <<-MD
    What failed was kept, and could be looked at and sent again. After this plan it is retried until it expires and is then gone,
    without a trace.
  MD
  fix          = "Keep the queue and what points at it, or let the failures go to another one."
  notice       = "`ApproximateNumberOfMessagesVisible` of the former dead-letter queue stays flat while the consumer's errors rise."
  prove        = "Send a message that the consumer cannot handle, and look where it is after all receives."
  references = [
    "AWS Well-Architected REL05-BP01",
    "Amazon SQS Developer Guide: Dead-letter queues",
  ]

  locals {
    was  = before(self)
    gone = action(self) == "delete"

    # Where it is named: in a text, or in a block.
    text_before = default(local.was.redrive_policy, "") != ""
    blocks_before = concat(
      default(local.was.dead_letter_config, []), default(local.was.target[0].dead_letter_config, []),
      default(local.was.destination_config[0].on_failure, []),
    )
    blocks_now = concat(
      default(self.dead_letter_config, []), default(self.target[0].dead_letter_config, []),
      default(self.destination_config[0].on_failure, []),
    )
    # A queue whose policy nobody sets any more keeps the one that it has.
    stays        = is(self, "aws_sqs_queue") && self.redrive_policy == null && action(self) != "replace"
    named_before = local.text_before || length(local.blocks_before) > 0
    named_now    = !local.gone && (local.stays || default(self.redrive_policy, "") != "" || length(local.blocks_now) > 0)

    # It goes on naming what this plan destroys.
    same = local.stays || !(
      changed(self, "redrive_policy") || changed(self, "dead_letter_config")
      || changed(self, "target.dead_letter_config") || changed(self, "destination_config")
    )
    another = length(refs([self.redrive_policy, local.blocks_now], "aws_sqs_queue", "aws_sns_topic")) > 0
    text    = "${default(local.was.redrive_policy, "")} ${jsonencode(local.blocks_before)}"
    dead = local.named_before && !local.gone && !local.another && local.same ? [
      for q in destroyed("aws_sqs_queue", "aws_sns_topic") : q
      if contains(referrers(q, "redrives_to"), local.was) || strcontains(local.text, default(q.arn, "?"))
    ] : []

    # Something else says where the failures go: a companion, or what it is the companion of.
    companion = is(self, "aws_sqs_queue_redrive_policy", "aws_lambda_function_event_invoke_config")
    subjects  = local.companion ? linked(self, "configures") : []
    staying   = [for s in local.subjects : after(s) if after(s) != null]
    companions = [
      for c in concat(
        local.gone ? [] : referrers(self, "configures", "aws_sqs_queue_redrive_policy", "aws_lambda_function_event_invoke_config"),
        flatten([for s in local.staying : referrers(s, "configures", type(self))]),
      ) : c
      if c != self && (is(c, "aws_sqs_queue_redrive_policy") || length(default(c.destination_config[0].on_failure, [])) > 0)
    ]
    elsewhere = (
      length(local.companions) > 0
      || anytrue([for s in local.staying : is(s, "aws_lambda_function") && length(default(s.dead_letter_config, [])) > 0])
    )
    with_subject = local.gone && length(local.subjects) > 0 && length(local.staying) == 0
  }

  # What does not change itself loses its queue only with the queue.
  for_each = concat(
    [
      for n in resources(
        "aws_sqs_queue", "aws_sqs_queue_redrive_policy", "aws_lambda_function", "aws_lambda_function_event_invoke_config",
        "aws_lambda_event_source_mapping", "aws_cloudwatch_event_target", "aws_scheduler_schedule", "aws_sns_topic_subscription",
      ) : n if action(n) != "no-op"
    ],
    distinct(flatten([
      for q in destroyed("aws_sqs_queue", "aws_sns_topic") : [
        for n in referrers(q, "redrives_to") : after(n) if after(n) != null && action(n) == "no-op"
      ]
    ])),
    destroyed("aws_sqs_queue_redrive_policy", "aws_lambda_function_event_invoke_config"),
  )
  unless = local.elsewhere || local.with_subject

  defect "nothing is named" {
    when    = local.named_before && !local.named_now
    at      = "redrive_policy"
    message = "what fails at `${default(local.staying[0], self)}` was kept, and is lost after this plan"
  }

  defect "what is named is destroyed" {
    when    = length(local.dead) > 0
    at      = "redrive_policy"
    message = "`${self}` sends what fails to `${local.dead[0]}`, which this plan destroys"
  }

  fails "the destination of an event target is left out" {
    before {
      resource "aws_cloudwatch_event_target" "invoice" {
        rule = "order-placed"
        arn  = "arn:aws:lambda:eu-west-1:123456789012:function:invoice"

        dead_letter_config {
          arn = "arn:aws:sqs:eu-west-1:123456789012:invoice-failed"
        }
      }
    }

    resource "aws_cloudwatch_event_target" "invoice" {
      rule = "order-placed"
      arn  = "arn:aws:lambda:eu-west-1:123456789012:function:invoice"
    }
  }

  fails "the policy of a queue is emptied" {
    before {
      resource "aws_sqs_queue" "failed" {
        name = "jobs-failed"
      }

      resource "aws_sqs_queue" "jobs" {
        name           = "jobs"
        redrive_policy = jsonencode({ deadLetterTargetArn = aws_sqs_queue.failed.arn, maxReceiveCount = 5 })
      }
    }

    resource "aws_sqs_queue" "failed" {
      name = "jobs-failed"
    }

    resource "aws_sqs_queue" "jobs" {
      name           = "jobs"
      redrive_policy = ""
    }
  }

  fails "the dead-letter queue is destroyed, and the queue goes on pointing at it" {
    before {
      resource "aws_sqs_queue" "failed" {
        name = "jobs-failed"
      }

      resource "aws_sqs_queue" "jobs" {
        name           = "jobs"
        redrive_policy = jsonencode({ deadLetterTargetArn = aws_sqs_queue.failed.arn, maxReceiveCount = 5 })
      }
    }

    resource "aws_sqs_queue" "jobs" {
      name = "jobs"
    }
  }

  fails "a function loses the block that said where failed events go" {
    before {
      resource "aws_lambda_function" "thumbnails" {
        function_name = "thumbnails"
      }

      resource "aws_lambda_function_event_invoke_config" "thumbnails" {
        function_name = aws_lambda_function.thumbnails.function_name

        destination_config {
          on_failure {
            destination = "arn:aws:sqs:eu-west-1:123456789012:thumbnails-failed"
          }
        }
      }
    }

    resource "aws_lambda_function" "thumbnails" {
      function_name = "thumbnails"
    }
  }

  passes "failures go to another queue" {
    before {
      resource "aws_sqs_queue" "failed" {
        name = "jobs-failed"
      }

      resource "aws_sqs_queue" "jobs" {
        name           = "jobs"
        redrive_policy = jsonencode({ deadLetterTargetArn = aws_sqs_queue.failed.arn, maxReceiveCount = 5 })
      }
    }

    resource "aws_sqs_queue" "dead" {
      name = "dead"
    }

    resource "aws_sqs_queue" "jobs" {
      name           = "jobs"
      redrive_policy = jsonencode({ deadLetterTargetArn = aws_sqs_queue.dead.arn, maxReceiveCount = 5 })
    }
  }

  passes "the queue goes with its dead-letter queue" {
    before {
      resource "aws_sqs_queue" "failed" {
        name = "jobs-failed"
      }

      resource "aws_sqs_queue" "jobs" {
        name           = "jobs"
        redrive_policy = jsonencode({ deadLetterTargetArn = aws_sqs_queue.failed.arn, maxReceiveCount = 5 })
      }
    }
  }

  passes "a destination takes the place of the dead-letter queue" {
    before {
      resource "aws_lambda_function" "thumbnails" {
        function_name = "thumbnails"

        dead_letter_config {
          target_arn = "arn:aws:sqs:eu-west-1:123456789012:thumbnails-failed"
        }
      }
    }

    resource "aws_lambda_function" "thumbnails" {
      function_name = "thumbnails"
    }

    resource "aws_lambda_function_event_invoke_config" "thumbnails" {
      function_name = aws_lambda_function.thumbnails.function_name

      destination_config {
        on_failure {
          destination = "arn:aws:sqs:eu-west-1:123456789012:thumbnails-failed"
        }
      }
    }
  }

  passes "it never had any" {
    before {
      resource "aws_sns_topic_subscription" "orders" {
        topic_arn      = "arn:aws:sns:eu-west-1:123456789012:orders"
        protocol       = "sqs"
        redrive_policy = ""
      }
    }

    resource "aws_sns_topic_subscription" "orders" {
      topic_arn            = "arn:aws:sns:eu-west-1:123456789012:orders"
      protocol             = "sqs"
      raw_message_delivery = true
    }
  }

  unknown "decided by a variable without default" {
    before {
      resource "aws_sqs_queue" "jobs" {
        name           = "jobs"
        redrive_policy = "{\"deadLetterTargetArn\":\"arn:aws:sqs:eu-west-1:123456789012:failed\",\"maxReceiveCount\":5}"
      }
    }

    variable "redrive_policy" { type = string }

    resource "aws_sqs_queue" "jobs" {
      name           = "jobs"
      redrive_policy = var.redrive_policy
    }
  }
}
