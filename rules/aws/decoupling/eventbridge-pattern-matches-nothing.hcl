rule "eventbridge-pattern-matches-nothing" {
  summary     = "Event pattern asks for what no event has"
  principle   = "decoupling"
  severity    = "error"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    Every event has the same outermost fields, and `detail-type` is written with a hyphen. A pattern that names another field, or a kind of
    event together with a service that does not send it, is valid and matches nothing.
  MD
  fix         = "Write the fields as the event has them, conditions on the content below `detail`, and the `source` that sends this `detail-type`."
  notice      = "The rule has no `MatchedEvents`, however many events its bus gets."
  prove       = "Compare the pattern with a sample event: `aws events test-event-pattern` says false."
  references  = ["AWS Well-Architected REL04-BP02", "Amazon EventBridge Events Reference: AWS service event metadata"]

  locals {
    # `replay-name` is added to events from an archive; operators begin with `$`.
    fields  = ["account", "detail", "detail-type", "id", "region", "replay-name", "resources", "source", "time", "version"]
    similar = { for f in local.fields : replace(f, "-", "") => f }
    pattern = default(self.event_pattern, "") == "" ? {} : try(jsondecode(self.event_pattern), {})
    absent = [
      for field in try(keys(local.pattern), []) : field
      # What is absent fulfils this.
      if !contains(local.fields, field) && !startswith(field, "$") && !can(regex("\"exists\":\\s*false", jsonencode(local.pattern[field])))
    ]

    sources = flatten([try(local.pattern.source, [])])
    kinds   = flatten([try(local.pattern["detail-type"], [])])
    # Conditions such as a prefix are objects. Events of one's own may have any kind, from any source that is not AWS's.
    of_aws  = length(local.sources) > 0 && alltrue([for s in local.sources : can(regex("^aws[.]|[.]amazonaws[.]com$", s))])
    senders = event_kinds(self)
    apart = (
      local.of_aws
      && length(local.kinds) > 0
      && alltrue([for k in local.kinds : can(tostring(k)) && contains(keys(local.senders), k)])
      && !anytrue([for k in local.kinds : contains(local.sources, local.senders[k])])
    )
    spelt    = { for k in keys(local.senders) : replace(lower(k), "/[^a-z0-9]/", "") => k }
    misspelt = [for k in local.kinds : k if can(tostring(k)) && !contains(keys(local.senders), k) && contains(keys(local.spelt), replace(lower(k), "/[^a-z0-9]/", ""))]
  }

  for_each = resources("aws_cloudwatch_event_rule", "aws_cloudwatch_event_archive")

  defect "field" {
    when = length(local.absent) > 0
    at   = "event_pattern"
    message = (
      contains(keys(local.similar), replace(lower(local.absent[0]), "/[^a-z]/", ""))
      ? "`${self}` never matches: the field `${local.absent[0]}` is called `${local.similar[replace(lower(local.absent[0]), "/[^a-z]/", "")]}`"
      : "`${self}` never matches: events have no field `${local.absent[0]}`; what they carry is below `detail`"
    )
  }

  defect "spelling" {
    when    = local.of_aws && length(local.misspelt) > 0
    at      = "event_pattern"
    message = "`${self}` never gets `${local.misspelt[0]}`: AWS writes `${local.spelt[replace(lower(local.misspelt[0]), "/[^a-z0-9]/", "")]}`"
  }

  defect "kind" {
    when    = local.apart
    at      = "event_pattern"
    message = "`${self}` never matches: `${local.kinds[0]}` comes from `${local.senders[local.kinds[0]]}`, and not from `${join("`, `", local.sources)}`"
  }

  fails "a field without its hyphen" {
    resource "aws_cloudwatch_event_rule" "stopped" {
      name          = "machine-stopped"
      event_pattern = jsonencode({ source = ["aws.ec2"], detailType = ["EC2 Instance State-change Notification"] })
    }
  }

  fails "content outside of detail" {
    resource "aws_cloudwatch_event_rule" "placed" {
      name          = "order-placed"
      event_pattern = jsonencode({ source = ["shop.orders"], status = ["placed"] })
    }
  }

  fails "event of another service" {
    resource "aws_cloudwatch_event_rule" "stopped" {
      name          = "machine-stopped"
      event_pattern = <<-JSON
        {"source": ["aws.s3"], "detail-type": ["EC2 Instance State-change Notification"]}
      JSON
    }
  }

  fails "a capital too many, beside a kind that is right" {
    resource "aws_cloudwatch_event_rule" "stopped" {
      name = "machine-stopped"
      event_pattern = jsonencode({
        source        = ["aws.ec2"]
        "detail-type" = ["EC2 Instance State-Change Notification", "EC2 Spot Instance Interruption Warning"]
      })
    }
  }

  fails "the service's name for roles in place of its name for events" {
    resource "aws_cloudwatch_event_rule" "failed" {
      name          = "build-failed"
      event_pattern = jsonencode({ source = ["codebuild.amazonaws.com"], "detail-type" = ["CodeBuild Build State Change"] })
    }
  }

  fails "archive" {
    resource "aws_cloudwatch_event_archive" "orders" {
      name             = "orders"
      event_source_arn = "arn:aws:events:eu-west-1:111122223333:event-bus/shop"
      event_pattern    = jsonencode({ DetailType = ["OrderPlaced"] })
    }
  }

  passes "fields of events" {
    resource "aws_cloudwatch_event_rule" "stopped" {
      name = "machine-stopped"
      event_pattern = jsonencode({
        source        = ["aws.ec2", "aws.ecs"]
        account       = ["111122223333"]
        "detail-type" = ["EC2 Instance State-change Notification"]
        detail        = { state = ["stopped"] }
      })
    }
  }

  passes "one of several conditions" {
    resource "aws_cloudwatch_event_rule" "placed" {
      name          = "order-placed"
      event_pattern = jsonencode({ "$or" = [{ source = ["shop.orders"] }, { "detail-type" = ["OrderPlaced"] }] })
    }
  }

  passes "only what is not replayed" {
    resource "aws_cloudwatch_event_rule" "placed" {
      name          = "order-placed"
      event_pattern = jsonencode({ source = ["shop.orders"], "replay-name" = [{ exists = false }] })
    }
  }

  passes "several kinds of several services" {
    resource "aws_cloudwatch_event_rule" "changed" {
      name = "changed"
      event_pattern = jsonencode({
        source        = ["aws.ec2", "aws.backup"]
        "detail-type" = ["EC2 Instance State-change Notification", "Copy Job State Change", { prefix = "ECS " }]
      })
    }
  }

  passes "event of one's own that is written like one of AWS" {
    resource "aws_cloudwatch_event_rule" "changed" {
      name          = "changed"
      event_pattern = jsonencode({ source = ["shop.jobs"], "detail-type" = ["batch job state change"] })
    }
  }

  passes "event of one's own with a known name" {
    resource "aws_cloudwatch_event_rule" "created" {
      name          = "created"
      event_pattern = jsonencode({ source = ["shop.files"], "detail-type" = ["Object Created"] })
    }
  }

  passes "calls that a trail records" {
    resource "aws_cloudwatch_event_rule" "deleted" {
      name          = "bucket-deleted"
      event_pattern = jsonencode({ source = ["aws.s3"], "detail-type" = ["AWS API Call via CloudTrail"], detail = { eventName = ["DeleteBucket"] } })
    }
  }

  passes "schedule" {
    resource "aws_cloudwatch_event_rule" "nightly" {
      name                = "nightly"
      schedule_expression = "rate(1 day)"
    }
  }

  unknown "pattern is given by the caller" {
    variable "pattern" { type = string }

    resource "aws_cloudwatch_event_rule" "placed" {
      name          = "order-placed"
      event_pattern = var.pattern
    }
  }
}
