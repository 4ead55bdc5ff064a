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
    of_aws = length(local.sources) > 0 && alltrue([for s in local.sources : can(regex("^aws[.]|[.]amazonaws[.]com$", s))])
    # Events name a service `aws.ec2`; only what CloudTrail tells of a call names it by its host, as `detail.eventSource`.
    hosts = [for s in local.sources : s if can(regex("^[a-z0-9-]+[.]amazonaws[.]com$", s))]
    callee = [
      for s in flatten([try(local.pattern.detail.eventSource, [])]) : s
      if can(regex("^aws[.][a-z0-9-]+$", s)) && (local.of_aws || anytrue([for k in local.kinds : can(regex("via CloudTrail$", k))]))
    ]
    # A value is compared with each element of a list; anything else than a list or further fields is refused, and so are an empty list and an empty range.
    bare    = [for field, value in local.pattern : field if can(tostring(value)) && value != null]
    bare_in = [for field, value in try({ for k, v in local.pattern.detail : k => v }, {}) : "detail.${field}" if can(tostring(value)) && value != null && !startswith(field, "$")]
    empty   = can(regex(":\\[\\]", jsonencode(local.pattern)))
    ranges = [
      for r in regexall("\"numeric\":\\[\"\\\\u003e(=?)\",(-?[0-9.]+),\"\\\\u003c(=?)\",(-?[0-9.]+)\\]", jsonencode(local.pattern)) : "more than ${r[1]} and less than ${r[3]}"
      if tonumber(r[1]) > tonumber(r[3]) || tonumber(r[1]) == tonumber(r[3]) && (r[0] == "" || r[2] == "")
    ]
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

  defect "host" {
    when    = length(local.hosts) > 0
    at      = "event_pattern"
    message = "`${self}` gets nothing from `${local.hosts[0]}`: events of this service come from `aws.${split(".", local.hosts[0])[0]}`"
  }

  defect "callee" {
    when    = length(local.callee) > 0
    at      = "event_pattern"
    message = "`${self}` gets no calls of `${local.callee[0]}`: as `eventSource` CloudTrail writes `${trimprefix(local.callee[0], "aws.")}.amazonaws.com`"
  }

  defect "no list" {
    when    = length(concat(local.bare, local.bare_in)) > 0
    at      = "event_pattern"
    message = "EventBridge refuses the pattern of `${self}`: the value of `${concat(local.bare, local.bare_in)[0]}` has to be a list"
  }

  defect "empty" {
    when    = local.empty
    at      = "event_pattern"
    message = "EventBridge refuses the pattern of `${self}`: a list in it is empty, and nothing is in it"
  }

  defect "range" {
    when    = length(local.ranges) > 0
    at      = "event_pattern"
    message = "`${self}` never matches: no number is ${local.ranges[0]}"
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

  fails "the host of a service in place of its name for events, for any kind" {
    resource "aws_cloudwatch_event_rule" "calls" {
      name          = "calls"
      event_pattern = jsonencode({ source = ["ec2.amazonaws.com"], "detail-type" = ["AWS API Call via CloudTrail"], detail = { eventName = ["RunInstances"] } })
    }
  }

  fails "the name for events in place of the host, as CloudTrail writes it" {
    resource "aws_cloudwatch_event_rule" "calls" {
      name          = "calls"
      event_pattern = jsonencode({ source = ["aws.s3"], "detail-type" = ["AWS API Call via CloudTrail"], detail = { eventSource = ["aws.s3"] } })
    }
  }

  fails "a value that is no list" {
    resource "aws_cloudwatch_event_rule" "calls" {
      name          = "calls"
      event_pattern = jsonencode({ source = "aws.ec2" })
    }
  }

  fails "a value that is no list, below detail" {
    resource "aws_cloudwatch_event_rule" "calls" {
      name          = "calls"
      event_pattern = jsonencode({ source = ["shop.orders"], detail = { status = "placed" } })
    }
  }

  fails "an empty list" {
    resource "aws_cloudwatch_event_rule" "calls" {
      name          = "calls"
      event_pattern = jsonencode({ source = ["aws.ec2"], detail = { state = [] } })
    }
  }

  fails "a range without a number in it" {
    resource "aws_cloudwatch_event_rule" "calls" {
      name          = "calls"
      event_pattern = jsonencode({ source = ["shop.orders"], detail = { total = [{ numeric = [">", 100, "<", 50] }] } })
    }
  }

  passes "a field of that name in an event of one's own" {
    resource "aws_cloudwatch_event_rule" "calls" {
      name          = "calls"
      event_pattern = jsonencode({ source = ["shop.audit"], detail = { eventSource = ["aws.s3"] } })
    }
  }

  passes "calls as CloudTrail tells them" {
    resource "aws_cloudwatch_event_rule" "calls" {
      name          = "calls"
      event_pattern = jsonencode({ source = ["aws.ec2"], "detail-type" = ["AWS API Call via CloudTrail"], detail = { eventSource = ["ec2.amazonaws.com"] } })
    }
  }

  fails "a range that leaves out its only number" {
    resource "aws_cloudwatch_event_rule" "calls" {
      name          = "calls"
      event_pattern = jsonencode({ source = ["shop.orders"], detail = { total = [{ numeric = [">", 10, "<=", 10] }] } })
    }
  }

  passes "a range with numbers in it" {
    resource "aws_cloudwatch_event_rule" "calls" {
      name          = "calls"
      event_pattern = jsonencode({ source = ["shop.orders"], detail = { total = [{ numeric = [">", 50, "<=", 100] }] } })
    }
  }

  unknown "the value below detail is given by the caller" {
    variable "status" { type = any }

    resource "aws_cloudwatch_event_rule" "calls" {
      name          = "calls"
      event_pattern = jsonencode({ source = ["shop.orders"], detail = { status = var.status } })
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
