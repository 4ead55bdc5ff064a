rule "cloudfront-failover-unused" {
  summary   = "CloudFront origin group is used by no behaviour"
  principle = "redundancy"
  severity  = "warning"
  since     = "2027.1"
  why       = <<-MD
    A behaviour that names an origin, and not the group, does not fail over. The group stands in the configuration and is never
    asked.
  MD
  fix       = "Set `target_origin_id` of the behaviour to the `origin_id` of the group."
  notice    = "`OriginLatency` and `5xxErrorRate` rise with the primary origin, and the second one gets no requests."
  prove     = "Let the primary test origin answer with 503, and look at the log of the second."
  references = [
    "AWS Well-Architected REL11-BP02",
    "AWS Config cloudfront-origin-failover-enabled",
    "Security Hub CloudFront.4",
    "AWS Trusted Advisor Amazon CloudFront Origin Failover",
  ]

  locals {
    asked  = concat([for b in default(self.default_cache_behavior, []) : b.target_origin_id], [for b in default(self.ordered_cache_behavior, []) : b.target_origin_id])
    unused = [for g in default(self.origin_group, []) : g if !contains(local.asked, g.origin_id)]
  }

  for_each = resources("aws_cloudfront_distribution")
  when     = length(local.unused) > 0
  at       = "origin_group"
  message  = "no behaviour of `${self}` uses the origin group `${local.unused[0].origin_id}`, so nothing fails over"

  fails "the behaviour names an origin" {
    resource "aws_cloudfront_distribution" "site" {
      enabled = true

      origin {
        origin_id   = "first"
        domain_name = "site-1.shop.example"
      }

      origin {
        origin_id   = "second"
        domain_name = "site-2.shop.example"
      }

      origin_group {
        origin_id = "site"

        failover_criteria {
          status_codes = [500, 502, 503, 504]
        }

        member {
          origin_id = "first"
        }

        member {
          origin_id = "second"
        }
      }

      default_cache_behavior {
        allowed_methods        = ["GET", "HEAD"]
        cached_methods         = ["GET", "HEAD"]
        target_origin_id       = "first"
        viewer_protocol_policy = "redirect-to-https"
      }

      restrictions {
        geo_restriction {
          restriction_type = "none"
        }
      }

      viewer_certificate {
        cloudfront_default_certificate = true
      }
    }
  }

  passes "the behaviour names the group" {
    resource "aws_cloudfront_distribution" "site" {
      enabled = true

      origin {
        origin_id   = "first"
        domain_name = "site-1.shop.example"
      }

      origin {
        origin_id   = "second"
        domain_name = "site-2.shop.example"
      }

      origin_group {
        origin_id = "site"

        failover_criteria {
          status_codes = [500, 502, 503, 504]
        }

        member {
          origin_id = "first"
        }

        member {
          origin_id = "second"
        }
      }

      default_cache_behavior {
        allowed_methods        = ["GET", "HEAD"]
        cached_methods         = ["GET", "HEAD"]
        target_origin_id       = "site"
        viewer_protocol_policy = "redirect-to-https"
      }

      restrictions {
        geo_restriction {
          restriction_type = "none"
        }
      }

      viewer_certificate {
        cloudfront_default_certificate = true
      }
    }
  }

  unknown "target is given by the caller" {
    variable "origin" { type = string }

    resource "aws_cloudfront_distribution" "site" {
      enabled = true

      origin {
        origin_id   = "first"
        domain_name = "site-1.shop.example"
      }

      origin_group {
        origin_id = "site"

        failover_criteria {
          status_codes = [500, 502, 503, 504]
        }

        member {
          origin_id = "first"
        }

        member {
          origin_id = "second"
        }
      }

      default_cache_behavior {
        allowed_methods        = ["GET", "HEAD"]
        cached_methods         = ["GET", "HEAD"]
        target_origin_id       = var.origin
        viewer_protocol_policy = "redirect-to-https"
      }

      restrictions {
        geo_restriction {
          restriction_type = "none"
        }
      }

      viewer_certificate {
        cloudfront_default_certificate = true
      }
    }
  }
}
