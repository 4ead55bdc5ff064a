rule "canary-without-alarm" {
  summary     = "Canary whose failures reach nobody"
  principle   = "observability"
  severity    = "warning"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    A canary asks what users ask, and is the first to see that it does not work. What it sees is a metric, and without an alarm it stays
    one.
  MD
  fix         = "Alarm on `SuccessPercent` below 100, with the dimension `CanaryName`."
  notice      = "`SuccessPercent` falls, and nobody is paged."
  prove       = "Let the canary fail on purpose, and time until somebody reacts."
  references = [
    "AWS Well-Architected REL06-BP07",
    "AWS Well-Architected REL06-BP03",
    "AWS Well-Architected OPS04-BP03",
    "Amazon CloudWatch User Guide: Synthetic monitoring (canaries)",
  ]

  for_each = resources("aws_synthetics_canary")
  unless   = is_watched_elsewhere(self) || self.start_canary != true
  when     = length(default(told(self).failure, [])) == 0
  message  = "nobody is told when `${self}` fails: no alarm on SuccessPercent"

  fails "no alarm" {
    resource "aws_synthetics_canary" "checkout" {
      name                 = "checkout"
      artifact_s3_location = "s3://canaries/checkout"
      execution_role_arn   = "arn:aws:iam::111122223333:role/canary"
      handler              = "checkout.handler"
      runtime_version      = "syn-nodejs-puppeteer-9.1"
      start_canary         = true

      schedule {
        expression = "rate(5 minutes)"
      }
    }
  }

  passes "success is watched" {
    resource "aws_synthetics_canary" "checkout" {
      name                 = "checkout"
      artifact_s3_location = "s3://canaries/checkout"
      execution_role_arn   = "arn:aws:iam::111122223333:role/canary"
      handler              = "checkout.handler"
      runtime_version      = "syn-nodejs-puppeteer-9.1"
      start_canary         = true

      schedule {
        expression = "rate(5 minutes)"
      }
    }

    resource "aws_cloudwatch_metric_alarm" "checkout" {
      alarm_name  = "checkout-fails"
      namespace   = "CloudWatchSynthetics"
      metric_name = "SuccessPercent"
      dimensions = {
        CanaryName = aws_synthetics_canary.checkout.name
      }
    }
  }

  passes "it does not run" {
    resource "aws_synthetics_canary" "checkout" {
      name                 = "checkout"
      artifact_s3_location = "s3://canaries/checkout"
      execution_role_arn   = "arn:aws:iam::111122223333:role/canary"
      handler              = "checkout.handler"
      runtime_version      = "syn-nodejs-puppeteer-9.1"

      schedule {
        expression = "rate(0 minute)"
      }
    }
  }

  unknown "metric is given by the caller" {
    variable "metric" { type = string }

    resource "aws_synthetics_canary" "checkout" {
      name                 = "checkout"
      artifact_s3_location = "s3://canaries/checkout"
      execution_role_arn   = "arn:aws:iam::111122223333:role/canary"
      handler              = "checkout.handler"
      runtime_version      = "syn-nodejs-puppeteer-9.1"
      start_canary         = true

      schedule {
        expression = "rate(5 minutes)"
      }
    }

    resource "aws_cloudwatch_metric_alarm" "checkout" {
      alarm_name  = "checkout"
      namespace   = "CloudWatchSynthetics"
      metric_name = var.metric
      dimensions = {
        CanaryName = aws_synthetics_canary.checkout.name
      }
    }
  }
}
