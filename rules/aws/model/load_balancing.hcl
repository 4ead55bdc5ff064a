# Load balancers: where traffic enters, and which machines or services receive it.

set "load_balancer" {
  types = [
    "aws_lb",
    "aws_alb",
  ]
}

set "target_group" {
  types = [
    "aws_lb_target_group",
    "aws_alb_target_group",
  ]
}

set "listener" {
  types = [
    "aws_lb_listener",
    "aws_alb_listener",
  ]
}

set "listener_rule" {
  types = [
    "aws_lb_listener_rule",
    "aws_alb_listener_rule",
  ]
}

resource "aws_lb" {
  role   = "ingress"
  entry  = self.internal != true
  zones  = flatten([for s in linked(self, "in_subnet") : zones(s)])
  copies = length(zones(self))
}

resource "aws_alb" {
  role   = "ingress"
  entry  = self.internal != true
  zones  = flatten([for s in linked(self, "in_subnet") : zones(s)])
  copies = length(zones(self))
}

link "load_balancer" "subnets" {
  to    = "subnet"
  means = "in_subnet"
}

link "load_balancer" "subnet_mapping.subnet_id" {
  to    = "subnet"
  means = "in_subnet"
}

link "load_balancer" "access_logs.bucket" {
  to    = "aws_s3_bucket"
  means = "logs_to"
  by    = "bucket"
}

resource "aws_elb" {
  role  = "ingress"
  entry = self.internal != true
  zones = (
    length(default(self.subnets, [])) > 0
    ? flatten([for s in linked(self, "in_subnet") : zones(s)])
    : default(self.availability_zones, [])
  )
  copies = length(zones(self))
}

link "aws_elb" "subnets" {
  to    = "subnet"
  means = "in_subnet"
}

link "aws_elb" "instances" {
  to    = "aws_instance"
  means = "targets"
}

join "aws_elb_attachment" {
  from  = "elb"
  to    = "instance"
  means = "targets"
}

# Listeners: both the listener and its load balancer forward to a target group.
resource "aws_lb_listener" {
  role = "ingress"
}

resource "aws_alb_listener" {
  role = "ingress"
}

link "listener" "load_balancer_arn" {
  to    = "load_balancer"
  means = "listens_on"
}

link "listener" "default_action.target_group_arn" {
  to    = "target_group"
  means = "forwards"
}

link "listener" "default_action.forward.target_group.arn" {
  to    = "target_group"
  means = "forwards"
}

join "aws_lb_listener" {
  from  = "load_balancer_arn"
  to    = "default_action.target_group_arn"
  means = "forwards"
}

join "aws_lb_listener" {
  from  = "load_balancer_arn"
  to    = "default_action.forward.target_group.arn"
  means = "forwards"
}

join "aws_alb_listener" {
  from  = "load_balancer_arn"
  to    = "default_action.target_group_arn"
  means = "forwards"
}

join "aws_alb_listener" {
  from  = "load_balancer_arn"
  to    = "default_action.forward.target_group.arn"
  means = "forwards"
}

# Rules of a listener lead different requests to different places: none of them stands in for another, so a listener needs each of its rules.
resource "aws_lb_listener_rule" {
  role = "ingress"
}

resource "aws_alb_listener_rule" {
  role = "ingress"
}

link "listener_rule" "listener_arn" {
  to    = "listener"
  means = "listens_on"
}

link "listener_rule" "action.target_group_arn" {
  to    = "target_group"
  means = "forwards"
}

link "listener_rule" "action.forward.target_group.arn" {
  to    = "target_group"
  means = "forwards"
}

# What stands behind a target group.
resource "aws_lb_target_group" {
  role = "ingress"
}

resource "aws_alb_target_group" {
  role = "ingress"
}

join "aws_lb_target_group_attachment" {
  from  = "target_group_arn"
  to    = "target_id"
  means = "targets"
}

join "aws_alb_target_group_attachment" {
  from  = "target_group_arn"
  to    = "target_id"
  means = "targets"
}

# Names, where they are written instead of referred to.
link "aws_elb_attachment" "elb" {
  to    = "aws_elb"
  means = "refers"
  by    = "name"
}

# The target groups behind a load balancer, whichever of its listeners or their rules leads there; and the way back.
define "groups_behind" {
  of = "load_balancer"
  is = distinct(flatten([
    for l in referrers(self, "listens_on", "listener") : concat(
      linked(l, "forwards", "target_group"),
      flatten([for r in referrers(l, "listens_on", "listener_rule") : linked(r, "forwards", "target_group")]),
    )
  ]))
}

define "balancers_before" {
  of = "target_group"
  is = distinct(flatten([
    referrers(self, "forwards", "load_balancer"),
    [
      for r in referrers(self, "forwards", "listener_rule") : [
        for l in linked(r, "listens_on", "listener") : linked(l, "listens_on", "load_balancer")
      ]
    ],
  ]))
}
