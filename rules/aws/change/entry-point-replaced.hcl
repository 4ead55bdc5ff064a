rule "entry-point-replaced" {
  summary    = "Entry point destroyed and made anew by the plan"
  principle  = "change"
  severity   = "error"
  needs      = "plan"
  since      = "2027.1"
  why        = <<-MD
    The new one has another DNS name, or other name servers: what knows it by the old one, at a partner or in a cache, goes nowhere.
    Unless Terraform makes the new one first, nothing answers besides until it is ready and its targets are healthy.
  MD
  fix        = "Take back the change that forces the replacement, or make the new one beside the old one, move the DNS records, and delete the old one in a change of its own."
  notice     = "`RequestCount` of the old entry falls to zero while canaries and health checks of its name fail."
  prove      = "Replace the entry in a test environment while a client sends a request each second, and count what fails until DNS has caught up."
  references = ["AWS Well-Architected REL08-BP04", "Terraform: lifecycle meta-argument (create_before_destroy)"]

  locals {
    causes = replaced_for(self)
    for    = length(local.causes) > 0 ? " for a change of ${join(", ", [for c in local.causes : "`${c}`"])}" : ""
  }

  for_each = resources(
    "load_balancer", "aws_elb", "aws_cloudfront_distribution", "aws_api_gateway_rest_api", "aws_apigatewayv2_api",
    "aws_lambda_function_url", "aws_appsync_graphql_api", "aws_globalaccelerator_accelerator", "aws_route53_zone",
  )
  when    = action(self) == "replace"
  message = "this plan deletes `${self}` and makes it anew${local.for}: who knows it by its old name goes nowhere"

  label "leads there" {
    at = referrers(self, "resolves_to", "aws_route53_record")
  }

  fails "a load balancer gets another name" {
    replaces = ["aws_lb.shop"]

    before {
      resource "aws_lb" "shop" {
        name = "shop"
      }
    }

    resource "aws_lb" "shop" {
      name = "shop-public"
    }
  }

  fails "a zone gets another domain, and other name servers" {
    replaces = ["aws_route53_zone.shop"]

    before {
      resource "aws_route53_zone" "shop" {
        name = "shop.example"
      }
    }

    resource "aws_route53_zone" "shop" {
      name = "store.example"
    }
  }

  passes "an update in place" {
    before {
      resource "aws_lb" "shop" {
        name         = "shop"
        idle_timeout = 60
      }
    }

    resource "aws_lb" "shop" {
      name         = "shop"
      idle_timeout = 120
    }
  }

  passes "a second one is made beside it" {
    before {
      resource "aws_lb" "shop" {
        name = "shop"
      }
    }

    resource "aws_lb" "shop" {
      name = "shop"
    }

    resource "aws_lb" "next" {
      name = "shop-next"
    }
  }

  passes "a listener is made anew, its load balancer stays" {
    replaces = ["aws_lb_listener.http"]

    before {
      resource "aws_lb" "shop" {
        name = "shop"
      }

      resource "aws_lb_listener" "http" {
        load_balancer_arn = aws_lb.shop.arn
        port              = 80
      }
    }

    resource "aws_lb" "shop" {
      name = "shop"
    }

    resource "aws_lb_listener" "http" {
      load_balancer_arn = aws_lb.shop.arn
      port              = 8080
    }
  }
}
