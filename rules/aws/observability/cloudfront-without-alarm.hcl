rule "cloudfront-without-alarm" {
  summary    = "Distribution whose errors reach nobody"
  principle  = "observability"
  severity   = "advice"
  since      = "2027.1"
  why        = <<-MD
    The distribution answers before the origin does: a wrong certificate, an origin that does not resolve, a function at the edge that
    throws are errors that no alarm behind it sees.
  MD
  fix        = "Alarm on `5xxErrorRate` in us-east-1, with the dimensions `DistributionId` and `Region = \"Global\"`."
  notice     = "`5xxErrorRate` of the distribution rises unseen."
  prove      = "Stop a test origin, and see who hears of the errors."
  references = ["AWS Well-Architected REL06-BP01", "Amazon CloudWatch User Guide: Recommended alarms", "Amazon CloudFront Developer Guide: Types of metrics for CloudFront"]

  # An alarm that is there and never has data is told by these.
  yields "nothing else watches it" {
    to    = ["alarm-dimension-holds-address", "alarm-dimension-missing", "alarm-in-region-without-metric", "alarm-metric-misspelt", "alarm-metric-of-other-service"]
    about = referrers(self, "refers", "aws_cloudwatch_metric_alarm")
    at    = self
  }

  for_each = resources("aws_cloudfront_distribution")
  unless   = is_watched_elsewhere(self) || self.enabled == false || length(referrers(self, "refers", "aws_route53_health_check", "aws_synthetics_canary")) > 0
  when     = length(alarms(self)) == 0
  message  = "nobody is told when `${self}` answers with errors: no alarm on 5xxErrorRate"

  label "stands behind it" {
    at = linked(self, "fetches_from")
  }

  fails "no alarm" {
    resource "aws_cloudfront_distribution" "shop" {
      enabled = true
    }
  }

  passes "errors are watched" {
    resource "aws_cloudfront_distribution" "shop" {
      enabled = true
    }

    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name  = "shop-errors"
      namespace   = "AWS/CloudFront"
      metric_name = "5xxErrorRate"
      dimensions = {
        DistributionId = aws_cloudfront_distribution.shop.id
        Region         = "Global"
      }
    }
  }

  passes "a health check asks it" {
    resource "aws_cloudfront_distribution" "shop" {
      enabled = true
    }

    resource "aws_route53_health_check" "shop" {
      fqdn = aws_cloudfront_distribution.shop.domain_name
      type = "HTTPS"
      port = 443
    }
  }

  passes "switched off" {
    resource "aws_cloudfront_distribution" "old" {
      enabled = false
    }
  }

  unknown "whether there are alarms is given by the caller" {
    variable "alarms" { type = bool }

    resource "aws_cloudfront_distribution" "shop" {
      enabled = true
    }

    resource "aws_cloudwatch_metric_alarm" "errors" {
      count       = var.alarms ? 1 : 0
      alarm_name  = "shop-errors"
      namespace   = "AWS/CloudFront"
      metric_name = "5xxErrorRate"
      dimensions = {
        DistributionId = aws_cloudfront_distribution.shop.id
        Region         = "Global"
      }
    }
  }
}
