rule "lambda-filter-matches-nothing" {
  summary     = "Filter of a trigger asks for what its records do not have"
  principle   = "decoupling"
  severity    = "error"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    A filter is compared with the whole record: the message of a queue is in `body`, the change of a table in `dynamodb`, what a stream
    carries in `data`. A filter that asks for another field matches nothing. Messages of a queue that match no filter are deleted.
  MD
  fix         = "Put the condition below `body` (SQS), `dynamodb` (DynamoDB Streams) or `data` (Kinesis)."
  notice      = "`Invocations` of the function is 0 while messages leave the queue; with metrics of the mapping, `FilteredOutEventCount` is all of `PolledEventCount`."
  prove       = "Send one record that the filter is meant for: the function does not run."
  references  = ["AWS Well-Architected REL04-BP02", "AWS Lambda Developer Guide: Control which events Lambda sends to your function"]

  locals {
    # The fields of records, as the pages about filters show them; operators begin with `$`.
    fields = {
      SQS      = ["attributes", "awsRegion", "body", "eventSource", "eventSourceARN", "md5OfBody", "md5OfMessageAttributes", "messageAttributes", "messageId", "receiptHandle"]
      DynamoDB = ["awsRegion", "dynamodb", "eventID", "eventName", "eventSource", "eventSourceARN", "eventVersion", "userIdentity"]
      Kinesis = [
        "approximateArrivalTimestamp", "awsRegion", "data", "encryptionType", "eventID", "eventName", "eventSource", "eventSourceARN", "eventVersion",
        "invokeIdentityArn", "kinesis", "kinesisSchemaVersion", "partitionKey", "sequenceNumber",
      ]
    }
    source = (
      length(refs(self.event_source_arn, "aws_sqs_queue")) > 0 ? "SQS" :
      length(refs(self.event_source_arn, "aws_dynamodb_table")) > 0 ? "DynamoDB" :
      length(refs(self.event_source_arn, "aws_kinesis_stream", "aws_kinesis_stream_consumer")) > 0 ? "Kinesis" :
      can(regex("^arn:[^:]*:sqs:", self.event_source_arn)) ? "SQS" :
      can(regex("^arn:[^:]*:dynamodb:", self.event_source_arn)) ? "DynamoDB" :
      can(regex("^arn:[^:]*:kinesis:", self.event_source_arn)) ? "Kinesis" : ""
    )
    asked = flatten([
      for c in default(self.filter_criteria, []) : [
        for f in default(c.filter, []) : [
          for field in try(keys(jsondecode(f.pattern)), []) : field
          # What is absent fulfils this.
          if !startswith(field, "$") && !can(regex("\"exists\":\\s*false", jsonencode(jsondecode(f.pattern)[field])))
        ]
      ]
    ])
    absent = length(local.asked) == 0 || local.source == "" ? [] : [for field in local.asked : field if !contains(local.fields[local.source], field)]
  }

  for_each = resources("aws_lambda_event_source_mapping")
  when     = length(local.absent) > 0
  at       = "filter_criteria"
  message  = "`${self}` asks for `${local.absent[0]}`, and records of ${local.source} have no such field: its filter matches nothing"

  label "is filtered" {
    at = refs(self.event_source_arn)
  }

  fails "a field of the message, of a queue" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }

    resource "aws_lambda_event_source_mapping" "orders" {
      event_source_arn = aws_sqs_queue.orders.arn
      function_name    = "orders"

      filter_criteria {
        filter {
          pattern = jsonencode({ type = ["placed"] })
        }
      }
    }
  }

  fails "the body of a message, of a table" {
    resource "aws_lambda_event_source_mapping" "orders" {
      event_source_arn  = "arn:aws:dynamodb:eu-west-1:111122223333:table/orders/stream/2026-01-01T00:00:00.000"
      function_name     = "orders"
      starting_position = "LATEST"

      filter_criteria {
        filter {
          pattern = jsonencode({ body = { type = ["placed"] } })
        }
      }
    }
  }

  fails "the body of a message, of a stream" {
    resource "aws_kinesis_stream" "clicks" {
      name        = "clicks"
      shard_count = 2
    }

    resource "aws_lambda_event_source_mapping" "clicks" {
      event_source_arn  = aws_kinesis_stream.clicks.arn
      function_name     = "clicks"
      starting_position = "LATEST"

      filter_criteria {
        filter {
          pattern = "{\"body\": {\"page\": [\"cart\"]}}"
        }
      }
    }
  }

  passes "the body of a message, of a queue" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }

    resource "aws_lambda_event_source_mapping" "orders" {
      event_source_arn = aws_sqs_queue.orders.arn
      function_name    = "orders"

      filter_criteria {
        filter {
          pattern = jsonencode({ body = { type = ["placed"] } })
        }

        filter {
          pattern = jsonencode({ "$or" = [{ body = { type = ["paid"] } }, { body = { type = ["sent"] } }] })
        }
      }
    }
  }

  passes "new items of a table" {
    resource "aws_lambda_event_source_mapping" "orders" {
      event_source_arn  = "arn:aws:dynamodb:eu-west-1:111122223333:table/orders/stream/2026-01-01T00:00:00.000"
      function_name     = "orders"
      starting_position = "LATEST"

      filter_criteria {
        filter {
          pattern = jsonencode({ eventName = ["INSERT"], dynamodb = { NewImage = { kind = { S = ["order"] } } } })
        }
      }
    }
  }

  passes "a field that must be absent" {
    resource "aws_lambda_event_source_mapping" "orders" {
      event_source_arn = "arn:aws:sqs:eu-west-1:111122223333:orders"
      function_name    = "orders"

      filter_criteria {
        filter {
          pattern = jsonencode({ trace = [{ exists = false }] })
        }
      }
    }
  }

  passes "a topic of Kafka" {
    resource "aws_lambda_event_source_mapping" "orders" {
      event_source_arn  = "arn:aws:kafka:eu-west-1:111122223333:cluster/shop/0123"
      function_name     = "orders"
      topics            = ["orders"]
      starting_position = "LATEST"

      filter_criteria {
        filter {
          pattern = jsonencode({ value = { type = ["placed"] } })
        }
      }
    }
  }

  passes "no filter" {
    resource "aws_lambda_event_source_mapping" "orders" {
      event_source_arn = "arn:aws:sqs:eu-west-1:111122223333:orders"
      function_name    = "orders"
    }
  }

  unknown "source is given by the caller" {
    variable "source_arn" { type = string }

    resource "aws_lambda_event_source_mapping" "orders" {
      event_source_arn = var.source_arn
      function_name    = "orders"

      filter_criteria {
        filter {
          pattern = jsonencode({ body = { type = ["placed"] } })
        }
      }
    }
  }

  unknown "filter is given by the caller" {
    variable "filter" { type = string }

    resource "aws_lambda_event_source_mapping" "orders" {
      event_source_arn = "arn:aws:sqs:eu-west-1:111122223333:orders"
      function_name    = "orders"

      filter_criteria {
        filter {
          pattern = var.filter
        }
      }
    }
  }
}
